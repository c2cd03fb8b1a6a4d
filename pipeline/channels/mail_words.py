"""What mail programs write around a customer's words: shapes, and words of some thirty languages.

:mod:`pipeline.channels.quoting` says what is made of them. A language that is missing costs only
what shapes do not tell by themselves: quoted lines, and a line with a day, a time and an address in
angle brackets, are known in any.
"""

import re
from typing import Final

QUOTED: Final = re.compile(r"[ \t]{0,3}(?:>(?!\s*:$)|\|(?: |$))")
ADDRESS: Final = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}\.[\w.-]{1,190}")
IN_BRACKETS: Final = re.compile(r"<(?:mailto:)?[\w.+'-]{1,64}@[\w.-]{1,255}>")
DAY: Final = re.compile(
    r"(?<![\d.])(?:(?:19|20)\d\d[-/.年]|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}|"
    r"\d{1,2}\.? \w{3,12}\.?,?(?: de)? \d{4}|\w{3,12} \d{1,2}, \d{4}|(?:19|20)\d\d(?!\d))"
)
CLOCK: Final = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")

WROTE: Final = re.compile(
    r"\b(?:wrote|writes|schrieb|schreibt|a écrit|escribió|escreveu|ha scritto|schreef|geschreven|"
    r"skrev|napisał(?:\(a\)|a)?|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|kirjoitti|írta|a scris|"
    r"yazdı|έγραψε|đã viết|написала?|пишет|пише|писал)\b"
    r"[^:\n]{0,120}[:：]$|(?:写道|寫道|님이 작성)[^:\n]{0,40}[:：]$",
    re.IGNORECASE,
)
"""The end of a line that says who wrote what follows."""
INTRODUCES: Final = re.compile(r"(?:[:：]|\bwrote(?: -{2,})?)$", re.IGNORECASE)
"""The end of such a line in any language; with a day, a time and an address before it."""
SEPARATOR: Final = re.compile(
    r"[\s*_>]*-{2,}[\s*]{0,3}[^\n]{0,120}(?:\b(?:messages?|mail|e-mail|courriel|nachricht|mensaje|"
    r"messaggio|mensagem|bericht|wiadomość|meddelande|meddelelse|melding|besked|viesti|zpráva|správa|"
    r"üzenet|mesaj|ileti|μήνυμα|сообщение|письмо|повідомлення|wrote)\b|邮件|郵件|メッセージ|메시지)"
    r"[^-\n]{0,30}-{2,}[\s*]*$",
    re.IGNORECASE,
)
FORWARDED: Final = re.compile(
    r"(?:begin forwarded message|anfang der weitergeleiteten nachricht|"
    r"début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|"
    r"inizio messaggio inoltrato|início da mensagem (?:reencaminhada|encaminhada)|"
    r"begin doorgestuurd bericht|vidarebefordrat brev)\s*:$",
    re.IGNORECASE,
)
"""How Apple's program begins a forward, above a block of headers."""
ABOVE: Final = re.compile(
    r"\b(?:type|write|enter|reply|respond)\b[^\n]{0,60}\babove th(?:is|e) line\b|"
    r"\b(?:antwort|schreiben)[^\n]{0,60}\b(?:über|oberhalb) diese[rn]? (?:zeile|linie)\b|"
    r"\bau[- ]dessus de cette ligne\b|\bpor encima de esta línea\b",
    re.IGNORECASE,
)
HEADER: Final = re.compile(r"[\s>*_]{0,8}([^\W\d][\w ./-]{0,18}?)[\s*_]{0,3}[:：][*_]{0,2}\s*(.*)$")
FROM: Final = frozenset({
    "from", "von", "de", "da", "van", "od", "fra", "från", "lähettäjä", "feladó", "kimden",
    "gönderen", "de la", "από", "от", "від", "发件人", "寄件者", "寄件人", "差出人", "보낸 사람",
})  # fmt: skip
ABOUT: Final = frozenset({
    "subject", "betreff", "objet", "sujet", "asunto", "assunto", "oggetto", "onderwerp", "temat",
    "emne", "ämne", "aihe", "předmět", "predmet", "tárgy", "konu", "subiect", "θέμα", "тема",
    "主题", "主題", "主旨", "件名", "제목",
})  # fmt: skip
BESIDE: Final = ABOUT | {
    "date", "sent", "to", "cc", "datum", "gesendet", "an", "envoyé", "envoyé le", "message du", "à",
    "enviado", "enviado el", "enviada em", "fecha", "data", "para", "inviato", "a", "verzonden",
    "aan", "wysłane", "do", "skickat", "till", "sendt", "dato", "til", "lähetetty", "päivämäärä",
    "elküldve", "dátum", "gönderildi", "tarih", "отправлено", "дата", "кому", "送信日時", "日付",
    "发送时间", "寄件日期", "보낸 날짜",
}  # fmt: skip
"""What may stand above the sender in a block of headers."""
RULE: Final = re.compile(r"[ \t]*(?:[_-]{5,}|={4,})[ \t]*$")
PICTURES: Final = re.compile(r"(?:\s*\[(?:image|inline image|bild|cid)\s?:[^\]\n]{0,200}\]\s*)+$")
"""Where a program left pictures out of the plain text."""

DELIMITER: Final = "-- "
"""Above a signature (RFC 3676, 4.3); with the blank at its end nobody writes it otherwise."""
SENT_FROM: Final = re.compile(
    r"(?:(?:Sent from(?! (?:the|your|our|their)\b)|Sent via|Get Outlook for|Gesendet von|"
    r"Gesendet mit der|Von meinem|Diese Nachricht wurde von|Holen Sie sich Outlook|Outlook für|"
    r"Envoyé (?:de|depuis|à partir de)|Télécharger Outlook|Obtenez Outlook|Enviado (?:desde|do)|"
    r"Enviado a partir d|Obtener Outlook|Obter o Outlook|Inviato da|(?:Scarica|Ottieni) Outlook|"
    r"Verzonden vanaf|Verzonden vanuit|Verstuurd vanaf|Verstuurd vanuit|Outlook voor|Skickat från|"
    r"Hämta Outlook|Sendt fra|Hent Outlook|Wysłan[oe] z|Pobierz program Outlook|Odesláno z|"
    r"Lähetetty (?:laitteesta )?(?=i?phone|android|samsung|outlook)|Отправлено с|Надіслано з)"
    r"[^\n,.;:!?]{0,60}|Sent with (?:Proton|Spark|Tuta|Mailbird|BlueMail)\b[^\n,;:!?]{0,40}|"
    r"(?:iPhone|iPad|Android|Outlook)[^\n]{0,10}(?:から送信|에서 보냄)|나의 [^\n]{1,20}에서 보냄|"
    r"[发發]自我的\s?[^\n]{1,20}|從我的 ?[^\n]{1,20}傳送)(?:<https?://\S{1,200}>)?$",
    re.IGNORECASE,
)
"""What a telephone or program says of itself below a mail."""
TREES: Final = re.compile(
    r"\b(?:consider the environment|before printing|denken sie an die umwelt|bevor sie diese|"
    r"pensez à l.environnement|piense en el medio ambiente|virus[- ]?free|virenfrei|sans virus|"
    r"libre de virus|privo di virus|virusvrij|scanned (?:for|by))\b",
    re.IGNORECASE,
)
A_MAIL: Final = re.compile(
    r"\b(?:e-?mails?|messages?|transmission|communication|nachricht(?:en)?|courriels?|correos?|"
    r"mensajes?|messaggi[oa]?|mensage(?:m|ns)|bericht(?:en)?|meddelande|meddelelse|wiadomo\w+|письмо|"
    r"сообщение)\b",
    re.IGNORECASE,
)
IN_CONFIDENCE: Final = re.compile(
    r"\b(?:confidential|privileged|proprietary|vertraulich\w*|confidentiel\w*|confidencia\w+|"
    r"riservat[oaie]|confidenziali?|confidenciai?s?|vertrouwelijke?|konfidentiell?\w*|fortrolige?|"
    r"poufn\w+|конфиденциальн\w+)\b",
    re.IGNORECASE,
)
TO_WHOM: Final = re.compile(
    r"\b(?:intended|recipients?|addressees?|in error|unauthori[sz]ed|dissemination|adressat\w*|"
    r"empfänger\w*|irrtümlich|destinataires?|par erreur|destinatari[oae]s?|por error|per errore|"
    r"por engano|geadresseerde|bestemd|mottagaren?|modtager\w*|mottaker\w*|adresat\w*|"
    r"адресат\w*)\b",
    re.IGNORECASE,
)
BANNER: Final = re.compile(
    r"[\W_]{0,8}(?:(?:caution|warning|attention|achtung|vorsicht|external(?: e-?mail)?|"
    r"extern(?:e e-?mail)?)\b[\W_]{0,8}){0,3}(?:"
    r"th(?:is|e) (?:e-?mail|message) (?:originated|was sent|comes|came|is) (?:from )?(?:"
    r"an external |outside (?:of )?(?:the |your |our )?(?:organi[sz]ation|company|network))|"
    r"you don.t often get e-?mail from \S{3,320}@|"
    r"diese (?:e-?mail|nachricht) (?:stammt|kommt|wurde) von (?:außerhalb|einem externen)|"
    r"sie erhalten nicht (?:häufig|oft) e-?mails? von|"
    r"ce (?:message|courriel|mail) provient (?:de l.extérieur|d.un(?:e)? )|"
    r"vous n.obtenez pas souvent d.e-?mails?|este (?:correo|mensaje) (?:proviene|procede) de fuera|"
    r"quest[ao] (?:e-?mail|messaggio) proviene dall.esterno|"
    r"deze e-?mail (?:is afkomstig|komt) van buiten)",
    re.IGNORECASE,
)
"""What a company's own gateway writes above a mail from outside."""
