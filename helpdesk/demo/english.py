"""What the demo's English-speaking customers ask."""

from __future__ import annotations

from helpdesk.demo.topic import CounterQuestion, Language, Remark, Topic, Turns

_FIRST = (
    "June", "Amos", "Priya", "Tomas", "Leila", "Grace", "Walter", "Nadia", "Felix", "Ruth", "Hassan", "Ingrid",
    "Marco", "Yuki", "Olive", "Samuel", "Chidi", "Elena", "Patrick", "Zoe", "Anton", "Farah", "Hugh", "Mei",
    "Rosa", "Viktor", "Aisha", "Conor", "Dalia", "Edwin", "Fiona", "Gideon", "Hanna", "Ivo", "Joan", "Kofi",
)  # fmt: skip
_LAST = (
    "Harrow", "Pell", "Nair", "Birk", "Okoro", "Wynn", "Finch", "Castell", "Moreau", "Lindqvist", "Rahman", "Doyle",
    "Petrov", "Sato", "Whitlock", "Mensah", "Alder", "Novak", "Quigley", "Romero", "Sterling", "Thorpe", "Ueda",
    "Vance", "Winslow", "Yates", "Zeller", "Ashby", "Brandt", "Cole", "Dunmore", "Eaton", "Frost", "Gale", "Hale",
    "Ives",
)  # fmt: skip
_PRODUCTS = (
    "copper kettle", "hand grinder", "linen apron", "oak chopping board", "cast-iron pan", "enamel teapot",
    "wool blanket", "cotton shirt", "rain jacket", "desk lamp", "walnut shelf", "bread knife", "picnic basket",
    "garden chair", "brass lantern", "leather satchel", "stoneware bowl", "espresso machine", "cork stool",
    "kitchen scale",
)  # fmt: skip

ENGLISH = Language(
    code="en",
    names=tuple((f"{first} {last}", first) for first in _FIRST for last in _LAST),
    products=tuple((product, f"the {product}") for product in _PRODUCTS),
    topics=(
        Topic(
            "Order {order} says delivered, but nothing came",
            "Hello, the carrier shows order {order} as delivered, and there is nothing at the door, with the neighbours or downstairs. It was {the_product}, a birthday present. What can we do?",
            "Hello {name}, I am sorry: a parcel that is only delivered on the screen is no present. I have asked the carrier for the delivery photo, and a second parcel leaves today by express.",
            ("delivery",),
            "high",
        ),
        Topic(
            "Where is my {product}?",
            "I ordered it {days} days ago (order {order}), and the page has said “in transit” ever since. Is it lost?",
            "Hello {name}, it is not lost: it waited at a depot that was closed, and is on the van now. It should be with you tomorrow before noon.",
            ("delivery",),
        ),
        Topic(
            "Wrong size sent: {product}",
            "I asked for the medium one and got the large. Order {order}. Can I swap it without paying the postage twice?",
            "Hello {name}, the mistake was ours, so you pay nothing. The right size leaves today; give the courier the other one whenever they ring.",
            ("exchange",),
        ),
        Topic(
            "My {product} arrived damaged",
            "The box looked fine, but {the_product} inside is spoilt on one side. I have photographs if you need them.",
            "Hello {name}, thank you for telling us so kindly. No photographs needed: another one leaves today, and please keep or recycle the damaged one.",
            ("damage",),
            "high",
        ),
        Topic(
            "Charged twice for order {order}",
            "My card shows two payments for the same order. I only pressed the button once. Please have a look.",
            "Hello {name}, I checked: the second one was only a reservation, and it has been released. It disappears from your card within two working days.",
            ("payment",),
            "urgent",
        ),
        Topic(
            "Please change the address of order {order}",
            "We moved last week and the old address is still on it. It has not been sent yet according to the page.",
            "Hello {name}, done: it goes to the new address, and I have changed it in your account as well. A good start in the new home!",
            ("order",),
            "urgent",
            "chat",
        ),
        Topic(
            "Refund for order {order} has not come",
            "You received {the_product} back {days} days ago and I have seen no money yet. When will it be there?",
            "Hello {name}, the refund left us this morning; your bank needs up to two days more. I am sorry that it took so long.",
            ("refund",),
            "high",
        ),
        Topic(
            "A question before I buy the {product}",
            "We are two, and have little room. Is it the right one for us, or shall I wait for the smaller one?",
            "Hello {name}, for two people it is the right one; the smaller one is meant for travelling. If you change your mind, we take it back within 60 days.",
            ("advice",),
            "low",
            "chat",
        ),
        Topic(
            "Invoice for order {order} needs our company's name",
            "Our accountant cannot book it without the company and its tax number. Can you send it again?",
            "Hello {name}, the new invoice with both is attached to your order, and the next ones will carry them by themselves.",
            ("invoice",),
            "low",
            "email",
        ),
        Topic(
            "How do I clean the {product}?",
            "I bought it from you in spring and would hate to spoil it. What may I use, and what not?",
            "Hello {name}, lukewarm water and a soft cloth are enough, and nothing harsh. The small marks are normal and do no harm.",
            ("advice",),
            "low",
        ),
        Topic(
            "Cannot log in to pay for order {order}",
            "I set a new password as you asked, and now it says that my e-mail is unknown. All my orders are in there.",
            "Hello {name}, your account is safe. The change had left your e-mail with a blank at its end; I removed it, and you can log in with the password that you just set.",
            ("account",),
            "high",
        ),
        Topic(
            "Something is missing with my {product}",
            "The picture shows a cotton bag for it, and there was none in the box. Could you post one? Order {order}.",
            "Hello {name}, two of them are in the post, one for now and one for the drawer, just in case.",
            ("spare_part",),
        ),
        Topic(
            "Discount code refused for the {product}",
            "The code from your letter should be good until the end of the month, and the shop says it is not. I wanted {the_product} with it.",
            "Hello {name}, you are right: it was blocked by mistake. It works again, and I have made it last a month longer.",
            ("discount",),
        ),
        Topic(
            "Customs are holding order {order}",
            "My parcel has been with customs for {days} days and nobody says what is missing. What do I do?",
            "Hello {name}, they lacked a signed invoice, which I have just sent to the broker. It should be released by tomorrow noon; I will write here even if it is not.",
            ("delivery", "customs"),
            "high",
        ),
        Topic(
            "When is the {product} back in stock?",
            "I have been looking for weeks. Will there be more before the holidays, and can you keep one for me?",
            "Hello {name}, twenty come in next week, and one of them has your name on it. I will write as soon as it is here.",
            ("stock",),
            "low",
        ),
        Topic(
            "Cancel order {order}, please",
            "I pressed the button before I had read the measurements. Can you stop it? It is {the_product}.",
            "Hello {name}, stopped in time: nothing is sent and nothing is charged. If you tell me your measurements, I will look which one fits.",
            ("order",),
            "high",
            "chat",
        ),
        Topic(
            "Can you wrap the {product} as a gift?",
            "It is for my mother, and she likes a handwritten line. Is that possible, and what does it cost?",
            "Hello {name}, it is, and it costs nothing. Write the line here, and we copy it by hand.",
            ("gift",),
            "low",
        ),
        Topic(
            "The {product} did not last",
            "It held for {days} weeks, and since this morning it is no good any more. Order {order}. Is that covered?",
            "Hello {name}, of course it is. A courier brings another one on Thursday and takes yours along; the old box will do.",
            ("warranty",),
            "high",
        ),
        Topic(
            "Half of order {order} is missing",
            "There were two things in it, and the parcel had only one: {the_product} is not there. The slip says both.",
            "Hello {name}, the second parcel was left behind in the warehouse. It is on its way now, and the postage of both comes back to you.",
            ("delivery",),
            "high",
        ),
        Topic(
            "Return label for the {product}",
            "It is lovely, but not in our room. How do I send it back, and within which time? Order {order}.",
            "Hello {name}, the label is attached; any post office takes the parcel. You have 60 days, and we refund on the day on which it arrives.",
            ("return",),
        ),
        Topic(
            "The pick-up point for order {order} is closed",
            "I stood in front of a locked door twice. Can it be sent to my home, or to another point?",
            "Hello {name}, I am sorry about both walks. It comes to your home tomorrow between nine and noon, at no cost.",
            ("delivery",),
            "high",
            "chat",
        ),
        Topic(
            "Is the {product} still made as it was?",
            "I had one for five years and lost it in a move. Is the new one the same, or has something changed?",
            "Hello {name}, it is the same, from the same workshop. Only the colour is a shade darker.",
            ("advice",),
            "low",
            "email",
        ),
        Topic(
            "Twelve pieces for a café: {product}",
            "We open in three weeks and would need twelve. Is there a price for that, and can they come in two parts?",
            "Hello {name}, congratulations! From ten on there are twelve in the hundred off, and two deliveries are no problem. The offer is attached.",
            ("business",),
            "normal",
            "email",
        ),
        Topic(
            "Fewer letters after order {order}, please",
            "I get your news twice since I bought {the_product}. Once would be fine; so would none.",
            "Hello {name}, done: no more letters, not even once. Your orders still get their confirmations.",
            ("account",),
            "low",
        ),
        Topic(
            "Order {order}: the colour is not that of the picture",
            "On the page {the_product} is light. Mine is nearly brown. Is that the right one?",
            "Hello {name}, you got an older batch. The lighter one leaves today, and you may give the other one away.",
            ("exchange",),
        ),
    ),
    turns=Turns(
        receipt="Thank you for writing. A person will read this and answer.",
        asks_again=(
            "Is anybody there? I would like to know at least whether you have seen this.",
            "Any news? I have heard nothing so far.",
            "I am still waiting. Please tell me when I can expect an answer.",
        ),
        asks_back=(
            CounterQuestion(
                "Hello {name}, I am looking into it. Could you tell me which name is on the bell, so that the courier finds it?",
                frozenset({"delivery"}),
                "It is the second bell, without a name. Thank you for asking.",
            ),
            CounterQuestion(
                "Hello {name}, so that I do the right thing: would you rather have another one, or the money back?",
                frozenset({"damage", "warranty"}),
                "Another one, please. I do like it.",
            ),
            CounterQuestion(
                "Hello {name}, at what time is somebody at home for the courier?",
                frozenset({"exchange", "damage", "warranty"}),
                "After six in the evening, most days.",
            ),
            CounterQuestion(
                "Hello {name}, could you look whether there is a number on your postal receipt, beginning with LP? With it I find the parcel.",
                frozenset({"refund"}),
                "Yes, LP 4471. I hope that it helps.",
            ),
            CounterQuestion(
                "Hello {name}, so that I look in the right place: is your account under the address that you write from?",
                frozenset({"payment", "account", "invoice", "discount", "order"}),
                "Yes, it is the same address.",
            ),
        ),
        not_solved=(
            Remark(
                "I am sorry to come back to this: nothing has changed.",
                frozenset({"refund", "payment", "account", "discount", "invoice", "delivery"}),
            ),
            Remark(
                "That did not help, unfortunately. It is the same as before.",
                frozenset({"account", "discount", "payment"}),
            ),
            Remark("It came, but it is the wrong one again.", frozenset({"exchange"})),
            Remark("The new one came, and it is damaged too.", frozenset({"damage"})),
        ),
        second_answer=(
            "Hello {name}, that should not have happened twice. I have taken it in hand myself, and will see that it is right this time.",
            "Hello {name}, thank you for your patience. It is settled now; I have looked at it with my own eyes.",
        ),
        holds_off=(
            "Hello {name}, we have it and are looking into it. You hear from me again today.",
            "Hello {name}, thank you for writing. I am finding out what happened, and come back to you.",
        ),
        note=(
            Remark("Called the carrier: they look for the parcel.", frozenset({"delivery"})),
            Remark(
                "The warehouse counts again, and answers until four.",
                frozenset({"stock", "exchange", "spare_part"}),
            ),
            Remark("Same fault as last week; told the buyers.", frozenset({"damage", "warranty"})),
            Remark("Asked accounts; they answer until four.", frozenset({"payment", "refund", "invoice"})),
        ),
    ),
)
