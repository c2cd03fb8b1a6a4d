"""What mail programs of several languages write below a customer's words: our own samples.

Each tail is to go, and nothing but the words above it to stay. None of them is quoted from
anywhere: the shapes are those of the programs, as anybody who writes to oneself sees them.
"""

WHO = "Help <help@shop.example>"
OLD = "Your ticket was answered.\nWas that of help?"
QUOTED = "> Your ticket was answered.\n> Was that of help?"

ATTRIBUTIONS = {
    "gmail en": f"On Tue, 17 Nov 2026 at 09:00, {WHO} wrote:\n\n{OLD}",
    "gmail en, wrapped": "On Tue, Nov 17, 2026 at 9:00 AM The Help Desk of the "
    f"Shop <\nhelp@shop.example> wrote:\n\n{OLD}",
    "gmail de": f"Am Di., 17. Nov. 2026 um 09:00 Uhr schrieb {WHO}:\n\n{OLD}",
    "gmail fr": f"Le mar. 17 nov. 2026 à 09:00, {WHO} a écrit :\n\n{OLD}",
    "gmail fr, narrow space": f"Le mar. 17 nov. 2026 à 09:00, {WHO} a écrit\u202f:\n\n{OLD}",
    "gmail es": f"El mar, 17 nov 2026 a las 9:00, {WHO} escribió:\n\n{OLD}",
    "gmail it": f"Il giorno mar 17 nov 2026 alle ore 09:00 {WHO} ha scritto:\n\n{OLD}",
    "gmail pt": f"Em ter., 17 de nov. de 2026 às 09:00, {WHO} escreveu:\n\n{OLD}",
    "gmail nl": f"Op di 17 nov 2026 om 09:00 schreef {WHO}:\n\n{OLD}",
    "gmail pl": f"wt., 17 lis 2026 o 09:00 {WHO} napisał(a):\n\n{OLD}",
    "gmail sv": f"Den tis 17 nov. 2026 kl 09:00 skrev {WHO}:\n\n{OLD}",
    "gmail da": f"Den tirs. 17. nov. 2026 kl. 09.00 skrev {WHO}:\n\n{OLD}",
    "gmail fi": f"ti 17. marrask. 2026 klo 9.00 {WHO} kirjoitti:\n\n{OLD}",
    "gmail cs": f"út 17. 11. 2026 v 9:00 odesílatel {WHO} napsal:\n\n{OLD}",
    "gmail hu": f"{WHO} ezt írta (időpont: 2026. nov. 17., K, 9:00):\n\n{OLD}",
    "gmail ro": f"În mar., 17 nov. 2026 la 09:00, {WHO} a scris:\n\n{OLD}",
    "gmail tr": f"{WHO}, 17 Kas 2026 Sal, 09:00 tarihinde şunu yazdı:\n\n{OLD}",
    "gmail ru": f"вт, 17 нояб. 2026 г. в 09:00, {WHO}:\n\n{OLD}",
    "gmail uk": f"вт, 17 лист. 2026 р. о 09:00 {WHO} пише:\n\n{OLD}",
    "gmail el": f"Στις Τρί 17 Νοε 2026 στις 9:00 π.μ., ο χρήστης {WHO} έγραψε:\n\n{OLD}",
    "gmail ja": f"2026年11月17日(火) 9:00 {WHO}:\n\n{OLD}",
    "gmail ko": f"2026년 11월 17일 (화) 오전 9:00, {WHO}님이 작성:\n\n{OLD}",
    "gmail zh": f"{WHO} 于2026年11月17日周二 09:00写道：\n\n{OLD}",
    "gmail vi": f"Vào Th 3, 17 thg 11, 2026 vào lúc 09:00 {WHO} đã viết:\n\n{OLD}",
    "gmail of before": f"2026-11-17 9:00 GMT+01:00 {WHO}:\n\n{OLD}",
    "yandex": f'17.11.2026, 09:00, "Help" <help@shop.example>:\n\n{OLD}',
    "mail.ru": f"Вторник, 17 ноября 2026, 9:00 +03:00 от {WHO}:\n\n{OLD}",
    "wp.pl": f"Dnia 17 listopada 2026 09:00 {WHO} napisał(a):\n\n{OLD}",
    "onet": f"W dniu 2026-11-17 09:00:12 użytkownik {WHO} napisał:\n\n{OLD}",
    "zoho": f"---- On Tue, 17 Nov 2026 09:00:12 +0100 {WHO} wrote ----\n\n{OLD}",
    "zoho, new": f"On Tue, 17 Nov 2026 09:00:12 +0100 {WHO} wrote\n\n{OLD}",
    "fastmail": f"On Tue, Nov 17, 2026, at 9:00 AM, Help wrote:\n{QUOTED}",
    "libero": f"Il 17/11/2026 09:00 CET {WHO} ha scritto:\n\n \n{OLD}",
    "thunderbird de": "Am 17.11.26 um 09:00 schrieb Help:\n> Hat das geholfen?",
    "apple nl": f"Op 17 nov 2026, om 09:00 heeft {WHO} het volgende geschreven:\n\n{QUOTED}",
    "apple pt": f"No dia 17/11/2026, às 09:00, {WHO} escreveu:\n\n{QUOTED}",
}
BLOCKS = {
    "outlook en": f"From: {WHO}\nSent: Tuesday, 17 November 2026 09:00\nTo: Ann\nSubject: "
    f"RE: Kettle\n\n{OLD}",
    "outlook de": "Von: Help\nGesendet: Dienstag, 17. November 2026 09:00\nAn: Ann\n"
    f"Betreff: AW: Kessel\n\n{OLD}",
    "outlook fr": f"De\xa0: {WHO}\nEnvoyé\xa0: mardi 17 novembre 2026 09:00\nÀ\xa0: Ann\n"
    f"Objet\xa0: RE: Bouilloire\n\n{OLD}",
    "outlook es": f"De: {WHO}\nEnviado: martes, 17 de noviembre de 2026 9:00\nPara: Ann\n"
    f"Asunto: RE: Hervidor\n\n{OLD}",
    "outlook it": "Da: Help\nInviato: martedì 17 novembre 2026 09:00\nA: Ann\n"
    f"Oggetto: R: Bollitore\n\n{OLD}",
    "outlook nl": "Van: Help\nVerzonden: dinsdag 17 november 2026 09:00\nAan: Ann\n"
    f"Onderwerp: RE: Waterkoker\n\n{OLD}",
    "outlook pt": "De: Help\nEnviada em: terça-feira, 17 de novembro de 2026 09:00\n"
    f"Para: Ann\nAssunto: RES: Chaleira\n\n{OLD}",
    "outlook pl": "Od: Help\nWysłane: wtorek, 17 listopada 2026 09:00\nDo: Ann\n"
    f"Temat: ODP: Czajnik\n\n{OLD}",
    "outlook sv": "Från: Help\nSkickat: den 17 november 2026 09:00\nTill: Ann\nÄmne: "
    f"SV: Kokare\n\n{OLD}",
    "outlook fi": "Lähettäjä: Help\nLähetetty: tiistai 17. marraskuuta 2026 9.00\n"
    f"Vastaanottaja: Ann\nAihe: VS: Keitin\n\n{OLD}",
    "outlook hu": "Feladó: Help\nElküldve: 2026. november 17., kedd 9:00\nCímzett: "
    f"Ann\nTárgy: RE: Vízforraló\n\n{OLD}",
    "outlook tr": "Kimden: Help\nGönderildi: 17 Kasım 2026 Salı 09:00\nKime: Ann\n"
    f"Konu: YNT: Su ısıtıcı\n\n{OLD}",
    "outlook ja": "差出人: Help\n送信日時: 2026年11月17日 9:00\n"
    f"宛先: Ann\n件名: RE: ケトル\n\n{OLD}",
    "outlook ko": "보낸 사람: Help\n보낸 날짜: 2026년 11월 17일 화요일 오전 9:00\n"
    "받는 사람: Ann\n제목: RE: "
    f"주전자\n\n{OLD}",
    "outlook zh": "发件人: Help\n发送时间: 2026年11月17日 9:00\n"
    f"收件人: Ann\n主题: 答复: 水壶\n\n{OLD}",
    "outlook mobile": "Get Outlook for iOS<https://aka.example/o>\n"
    f"________________________________\nFrom: {WHO}\nSent: Tuesday, November 17, 2026 "
    f"9:00 AM\nTo: Ann <ann@example.org>\nSubject: Re: Kettle\n\n{OLD}",
    "gmx": 'Gesendet: Dienstag, 17. November 2026 um 09:00 Uhr\nVon: "Help" '
    f"<help@shop.example>\nAn: ann@example.org\nBetreff: Re: Kessel\n\n{OLD}",
    "orange": f"envoyé : 17 novembre 2026 à 09:00\nde : {WHO}\nà : ann@example.org\nobjet "
    f": Re: Bouilloire\n\n{OLD}",
    "orange, of before": f"======\n\nMessage du : 17/11/2026 09:00\nDe : {WHO}\nA : "
    f"ann@example.org\nCopie à : \nSujet : Re: Bouilloire\n\n{OLD}",
    "yahoo fr": f"      De\xa0: {WHO}\n À\xa0: Ann\n Envoyé le : Mardi 17 novembre 2026 9h00\n "
    f"Objet\xa0: Re: Bouilloire\n\n{OLD}",
    "t-online": "-----Original-Nachricht-----\nBetreff: Re: Kessel\nDatum: "
    '2026-11-17T09:00:12+0100\nVon: "Help" <help@shop.example>\nAn: '
    f'"ann@example.org"\n\n{OLD}',
    "zimbra fr": f"----- Mail original -----\nDe: {WHO}\nÀ: ann@example.org\nEnvoyé: Mardi "
    f"17 Novembre 2026 09:00:12\nObjet: Re: Bouilloire\n\n{OLD}",
    "samsung de": "-------- Ursprüngliche Nachricht --------\nVon: Help\nDatum: "
    f"17.11.26 09:00 (GMT+01:00)\nAn: Ann\nBetreff: Re: Kessel\n\n{OLD}",
    "thunderbird forward": "-------- Forwarded Message --------\nSubject: Kettle\n"
    f"Date: Tue, 17 Nov 2026 09:00:12 +0100\nFrom: {WHO}\nTo: Ann\n\n{OLD}",
    "proton": f"-------- Original Message --------\nOn Tuesday, 11/17/26 at 09:00 {WHO} "
    f"wrote:\n\n{QUOTED}",
    "qq": f"------------------ 原始邮件 ------------------\n发件人: {WHO};\n发送时间: "
    f"2026年11月17日(星期二) 上午9:00\n收件人: Ann;\n主题: Re: 水壶\n\n{OLD}",
    "apple de": f"Anfang der weitergeleiteten Nachricht:\n\nVon: {WHO}\nBetreff: Kessel\n"
    f"Datum: 17. November 2026 um 09:00:12 MEZ\nAn: Ann\n\n{OLD}",
}
SIGNATURES = {
    "rfc 3676": "-- \nAnn Bell\n+44 20 7946 0018",
    "rfc 3676, in two parts": "-- \nAnn Bell\n\nBell & Sons\n12 High Street",
    "iphone en": "Sent from my iPhone",
    "iphone de": "Von meinem iPhone gesendet",
    "iphone fr": "Envoyé de mon iPhone",
    "iphone es": "Enviado desde mi iPhone",
    "iphone it": "Inviato da iPhone",
    "iphone pt": "Enviado do meu iPhone",
    "iphone nl": "Verstuurd vanaf mijn iPhone",
    "iphone pl": "Wysłane z iPhone’a",
    "iphone sv": "Skickat från min iPhone",
    "iphone da": "Sendt fra min iPhone",
    "iphone fi": "Lähetetty iPhonesta",
    "iphone ja": "iPhoneから送信",
    "iphone zh": "发自我的 iPhone",
    "iphone ko": "나의 iPhone에서 보냄",
    "outlook de": "Holen Sie sich Outlook für iOS<https://aka.example/o>",
    "outlook fr": "Télécharger Outlook pour Android<https://aka.example/o>",
    "outlook fr, of before": "Envoyé à partir de Outlook pour iOS<https://aka.example/o>",
    "outlook es": "Obtener Outlook para iOS<https://aka.example/o>",
    "outlook it": "Scarica Outlook per Android<https://aka.example/o>",
    "outlook nl": "Outlook voor iOS downloaden<https://aka.example/o>",
    "samsung": "Sent from my Galaxy",
    "samsung de": "Diese Nachricht wurde von meinem Android-Gerät gesendet",
    "gmx": "Gesendet mit der GMX Mail App",
    "proton": "Sent with Proton Mail secure email.",
    "yahoo": "Sent from Yahoo Mail for iPhone",
    "yahoo, as it links": "Sent from Yahoo Mail on Android<https://go.example/?src=Native>",
    "windows": "Sent from Mail for Windows",
    "avast": "Virus-free.www.avast.example",
    "avast de": "Virenfrei.www.avast.example",
}
HTML_OLD = "<p>Your ticket was answered.</p><p>Was that of help?</p>"
HTML = {
    "gmail": '<div dir="ltr">OWN</div><br><div class="gmail_quote"><div '
    'class="gmail_attr">On Tue, Nov 17, 2026 at 9:00 AM Help &lt;<a '
    'href="mailto:help@shop.example">help@shop.example</a>&gt; wrote:<br></div>'
    f"<blockquote>{HTML_OLD}</blockquote></div>",
    "gmail signature": "<div>OWN</div><div><br></div><span "
    'class="gmail_signature_prefix">-- </span><br><div><div>Ann Bell</div></div>',
    "outlook de": '<div class="WordSection1"><p class="MsoNormal">OWN<o:p></o:p>'
    '</p><p><o:p>&nbsp;</o:p></p><div style="border-top:solid #E1E1E1 1.0pt"><p><b>'
    "<span>Von:</span></b> Help &lt;help@shop.example&gt; <br><b>Gesendet:</b> "
    "Dienstag, 17. November 2026 09:00<br><b>An:</b> Ann<br><b>Betreff:</b> AW: "
    f"Kessel</p></div>{HTML_OLD}</div>",
    "outlook in a browser": '<div>OWN</div><hr><div id="divRplyFwdMsg"><b>From:</b>'
    " Help<br><b>Sent:</b> Tuesday<br><b>To:</b> Ann<br><b>Subject:</b> Re: "
    f"Kettle</div>{HTML_OLD}",
    "outlook mobile": '<div>OWN</div><div id="ms-outlook-mobile-signature">Get <a '
    'href="https://aka.ex">Outlook for iOS</a></div><hr><div><b>From:</b> Help<br>'
    f"<b>Sent:</b> Tuesday<br><b>To:</b> Ann<br><b>Subject:</b> Re: Kettle</div>{HTML_OLD}",
    "iphone de": '<body dir="auto">OWN<br><br><div>Von meinem iPhone gesendet</div>'
    '<div><br><blockquote type="cite">Am 17.11.2026 um 09:00 schrieb Help '
    '&lt;help@shop.example&gt;:<br></blockquote></div><blockquote type="cite">'
    f"{HTML_OLD}</blockquote></body>",
    "yahoo": '<div>OWN</div><div class="yahoo_quoted"><div>On Tuesday, November '
    "17, 2026 at 09:00:12 AM GMT, Help &lt;help@shop.example&gt; wrote: </div><div>"
    f"<br></div><div>{HTML_OLD}</div></div>",
    "gmx": '<div><div>OWN</div><div>&nbsp;<div name="quote"><div><b>Gesendet:</b>'
    '&nbsp;Dienstag, 17. November 2026 um 09:00 Uhr<br/><b>Von:</b>&nbsp;"Help" '
    "&lt;help@shop.example&gt;<br/><b>An:</b>&nbsp;ann@gmx.example<br/><b>"
    f"Betreff:</b>&nbsp;Re: Kessel</div><div>{HTML_OLD}</div></div></div>",
    "proton": '<div>OWN</div><div><div>Sent with <a href="https://proton.ex">'
    "Proton Mail</a> secure email.</div></div><div>On Tuesday, November 17th, 2026 "
    f"at 09:00, Help &lt;help@shop.example&gt; wrote:<br><blockquote>{HTML_OLD}</blockquote>"
    "</div>",
    "thunderbird": '<p>OWN</p><div class="moz-cite-prefix">Am 17.11.26 um 09:00 '
    f'schrieb Help:<br></div><blockquote type="cite">{HTML_OLD}</blockquote><pre '
    'class="moz-signature">-- \nAnn Bell\n12 High Street</pre>',
    "plain text, as some show it": "<pre>OWN\n\nOn Tue, 17 Nov 2026 at 09:00, Help "
    "wrote:\n&gt; Was that of help?\n</pre>",
    "mail.ru": "<div>OWN</div><blockquote>Вторник, 17 ноября 2026, 9:00 +03:00 от "
    f"Help &lt;help@shop.example&gt;:<br>{HTML_OLD}</blockquote>",
}
