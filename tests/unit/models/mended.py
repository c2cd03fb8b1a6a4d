"""Texts of our own for errors that were found and mended, with their hard negatives."""

from typing import Final

# (text, present, absent)
INBOUND: Final = (
    # An opening complaint disputes nothing and chases nothing, whatever its words.
    ("This is unacceptable, the crane has blocked our yard.", "complaint", "dispute"),
    ("The gate does not work and it is ridiculous.", "complaint", "dispute chase"),
    ("The same error again at the till.", "complaint", "dispute"),
    ("I ordered a pram 6 weeks ago and nobody came.", "complaint", "chase"),
    ("Your booth has been shut since May, how long can it take?", "", "chase not_a_complaint"),
    ("But the brochure promised a balcony.", "", "dispute not_a_complaint"),
    # Unless it says so.
    ("This is the second time I write about the drains.", "chase", "not_a_complaint"),
    ("I am still waiting for an answer to my letter.", "chase", "not_a_complaint"),
    ("What your plumber did has not helped.", "dispute", "accepts not_a_complaint"),
    ("You say that it is repaired, but water still comes in.", "dispute", "accepts"),
    ("Your reply ignores my question.", "dispute", "accepts not_a_complaint"),
    # Requests, expectations, conditionals, reports and questions accept nothing.
    ("I expect the lift to be fixed by Monday.", "complaint", "accepts not_a_complaint"),
    ("We demand that the fence is repaired and the invoice gets sorted.", "complaint", "accepts"),
    ("Make sure that this is sorted before the wedding.", "", "accepts not_a_complaint"),
    ("It should be working again by now.", "", "accepts"),
    ("If it is fixed tomorrow I will stay.", "", "accepts"),
    ("Your agent said the tap was fixed.", "", "accepts"),
    ("I was told that it is all sorted.", "", "accepts"),
    ("The letter says my problem is solved", "", "accepts"),
    ("Could you tell me whether it is resolved?", "", "accepts"),
    ("Will it be working on Sunday?", "", "accepts"),
    ("I can confirm that it is working now.", "accepts", "complaint dispute"),
    ("I asked twice, and it is fixed now.", "accepts", "dispute"),
    # Stories, demands, irony and disappointed hopes without a word of fault.
    ("We stood in the rain for an hour although we had booked.", "complaint", "not_a_complaint"),
    ("What are you going to do about the moths in my coat?", "complaint", "not_a_complaint"),
    ("There is a trip to Lagos on my bill that I never made.", "complaint", "not_a_complaint"),
    ("The waiter shouted at my grandfather.", "complaint", "not_a_complaint"),
    ("The bus left us standing at the depot with two toddlers.", "complaint", "not_a_complaint"),
    ("Please put this right.", "complaint", "not_a_complaint"),
    ("How do you intend to settle this?", "complaint", "not_a_complaint"),
    ("So much for next-day delivery.", "complaint", "not_a_complaint thanks"),
    ("Don't you just love it when the vet forgets your cat.", "complaint", "not_a_complaint"),
    ("Thanks for losing my grandmother's suitcase", "complaint", "thanks not_a_complaint"),
    ("Great way to start a honeymoon, nobody at the desk.", "complaint", "not_a_complaint"),
    ("I had expected more from a shop with your name.", "complaint", "not_a_complaint"),
    ("They could at least have told us about the closure.", "complaint", "not_a_complaint"),
    # Where the rules find no fault they do not swear that there is none.
    ("The cake had the name of another child on it.", "", "not_a_complaint"),
    ("My order 5512-88 came in one shoe.", "", "not_a_complaint"),
    ("I wish the tram would wait for people.", "", "not_a_complaint thanks"),
    ("We walked home from the airport at night.", "", "not_a_complaint"),
    ("Dear team, two engineers, three visits, one tap.\n\nBest,\nAnn", "", "not_a_complaint"),
    # Hard negatives: evidence of innocence.
    ("Thank you for finding my grandmother's suitcase!", "not_a_complaint", "complaint"),
    ("Love how quickly you sent the new filter.", "not_a_complaint", "complaint"),
    ("Do you fix gates?", "not_a_complaint", "complaint accepts"),
    ("I am flying to Rome on Monday. Can I take two bags?", "not_a_complaint", "complaint"),
    ("Would a large trunk count as one bag?", "not_a_complaint", "complaint"),
    ("Can't wait for the opening night!", "not_a_complaint", "complaint chase"),
    ("Please send me the programme for May.", "not_a_complaint", "complaint"),
    ("You never let us down! Best bakery in town.", "not_a_complaint", "complaint"),
    ("I wish you all a happy new year", "not_a_complaint", "complaint"),
    ("Any news on when the new tram line opens?", "", "chase complaint"),
    # Where else the customer was before; who was there waits for an answer.
    (
        "Still no refund, your contact form leads nowhere.",
        "chase prior_contact complaint",
        "dispute",
    ),
    ("I tried over your hotline first, no luck. The roof leaks.", "prior_contact complaint", ""),
    ("Writing to you by e-mail got me nowhere, nobody helped me by e-mail.", "prior_contact", ""),
    ("Can I contact you by e-mail?", "", "prior_contact complaint"),
    # Threats, spam, hearsay, withdrawal and pace.
    ("I will write about this on Trustpilot.", "threat", "external"),
    ("I will write to my sister about the recipe.", "", "threat"),
    ("Cheap replica handbags, order now!", "spam", "complaint"),
    ("I order now and then from you.", "", "complaint dispute"),
    ("Heard on the radio that the ferry line has trouble.", "third_party", "complaint"),
    ("I heard from your clerk that my parcel is lost.", "complaint", "third_party"),
    ("Please close this without any further work.", "withdraws", "accepts complaint"),
    ("Please hold this until Friday.", "pace_request", "chase"),
    # Who asks whether anybody will answer has asked before; who asks for help has not.
    ("Are you going to answer my letter or not?", "chase", "not_a_complaint"),
    ("Will I ever hear back about the deposit?", "chase", "not_a_complaint"),
    ("Can I get some help with the lock?", "not_a_complaint", "chase"),
    ("Customer care was no help at all.", "prior_contact", "not_a_complaint"),
    ("Your customer care was no joke, I loved it.", "", "prior_contact"),
    ("I couldn't get past your phone menu.", "prior_contact", "not_a_complaint"),
    ("As you asked, the meter number is 44120987.", "info_supplied", "complaint"),
)

# (text, response class, others present, others absent)
OUTBOUND: Final = (
    ("Your case is solved.", "substantive", "resolution_claim", "promise"),
    ("This is now solved.", "substantive", "resolution_claim", "promise"),
    ("That resolves the matter.", "substantive", "resolution_claim", "promise"),
    ("With this we have settled your claim.", "substantive", "resolution_claim", "promise"),
    ("We have now put things right.", "substantive", "resolution_claim", "promise"),
    ("Please let us know if that resolves the issue.", "", "", "resolution_claim"),
    ("Does this solve the problem?", "", "", "resolution_claim"),
    ("We hope that this settles the matter.", "", "", "resolution_claim"),
    ("Once your case is solved we will write to you.", "", "", "resolution_claim"),
    ("A restart usually solves the problem.", "", "", "resolution_claim"),
    ("Glad to hear it is solved!", "", "", "resolution_claim"),
    ("Automatic confirmation: we have your request.", "auto_ack", "", "resolution_claim promise"),
    # A private message that is offered asks for nothing, one that is asked for does.
    (
        "Hold down both keys and it will start. DM us if it does not.",
        "substantive",
        "handoff",
        "info_request",
    ),
    ("Deliveries take two days. If you could DM us the number we'll look.", "info_request", "", ""),
    ("If it is urgent please DM us your address.", "info_request", "handoff", ""),
    # A step with a question behind it is a step; a question before it wants its answer.
    (
        "Could you turn off the timer under Settings > Heat? Is it warm now?",
        "substantive",
        "",
        "info_request",
    ),
    ("Which hob is it? Does it help to turn off the timer?", "info_request", "", "substantive"),
    ("Thanks, we've answered you there.", "stock", "handoff", "auto_ack"),
    ("We'll have someone look for it.", "", "promise", ""),
    ("Our team aims to reply within 24 hours.", "substantive", "", "promise"),
)

# (the company's last words, the customer's reply, present, absent)
REPLIES: Final = (
    ("We have changed the valve.", "This is unacceptable.", "dispute", "accepts not_a_complaint"),
    ("We have changed the valve.", "It does not work.", "dispute", "accepts not_a_complaint"),
    ("We have changed the valve.", "I expect it to be fixed today.", "", "accepts"),
    ("We have changed the valve.", "Ok, will have a look tonight.", "not_a_complaint", "dispute"),
    ("We have changed the valve.", "It has been solved, many thanks.", "accepts", "dispute"),
    # Civility gives nothing that was asked for.
    ("Could you DM us the meter number?", "Sure thing", "not_a_complaint", "info_supplied"),
    ("Could you DM us the meter number?", "Thanks!", "thanks", "info_supplied"),
    ("Could you DM us the meter number?", "I will send it", "info_supplied", "complaint"),
    ("Could you DM us the meter number?", "Sent, thanks", "info_supplied", "complaint"),
)

# after an own message that nobody has answered: (text, present, absent)
AGAIN: Final = (
    ("Why am I still waiting for a smart meter?", "chase complaint", "not_a_complaint"),
    ("It has been 9 days and the set is dark.", "chase", "not_a_complaint dispute"),
    ("When will I get my deposit back? It has been 5 weeks.", "chase", "accepts"),
    ("This is ridiculous.", "complaint", "dispute not_a_complaint"),
)
