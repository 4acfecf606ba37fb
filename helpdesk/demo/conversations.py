"""What the demo shop's customers ask, and what its agents answer; invented, and the same at every start."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Script:
    """One customer's question, and the answer that they get if they get one."""

    language: str
    name: str
    subject: str
    question: str
    answer: str
    priority: str = "normal"
    channel: str = "contact_form"
    tags: tuple[str, ...] = ()
    tier: str = ""


CONVERSATIONS = (
    Script(
        "en",
        "June Harrow",
        "The parcel says delivered, but nothing came",
        "Hello, the carrier shows my order 1043 as delivered yesterday at noon. I was home all day and there "
        "is nothing at the door, with the neighbours or at the desk downstairs. It is a birthday present for "
        "Saturday. What can we do?",
        "Hello June, I am sorry: a parcel that is only delivered on the screen is no present. I have asked the "
        "carrier for the delivery photo, and a second parcel leaves today by express, so that you have it on "
        "Friday whatever they find. You will get its number within the hour.",
        "high",
        tags=("delivery",),
    ),
    Script(
        "ta",
        "கயல்விழி",
        "தவறான அளவு வந்துள்ளது",
        "வணக்கம். நான் நடுத்தர அளவு சட்டை கேட்டிருந்தேன், ஆனால் பெரிய அளவு வந்துள்ளது. திருவிழாவுக்கு முன் மாற்றித் தர முடியுமா?",
        "வணக்கம் கயல்விழி. தவறு எங்களுடையது, மன்னிக்கவும். சரியான அளவுச் சட்டை இன்றே புறப்படுகிறது; பழையதை எடுக்க வருபவர் கேட்கும் வரை "
        "வைத்திருங்கள். திருவிழாவுக்கு முன் உங்கள் கையில் இருக்கும்.",
        tags=("exchange",),
    ),
    Script(
        "he",
        "נועה",
        "חויבתי פעמיים על אותה הזמנה",
        "שלום, בכרטיס האשראי שלי מופיעים שני חיובים על הזמנה 1051, אבל הזמנתי רק פעם אחת. אשמח שתבדקו.",
        "שלום נועה, בדקתי: החיוב השני הוא רק אישור זמני, והוא בוטל עכשיו. הוא ייעלם מהכרטיס בתוך שני ימי עסקים. אם לא ייעלם, כתבי לי כאן ואטפל בזה מול הבנק.",
        "urgent",
        tags=("payment",),
        tier="vip",
    ),
    Script(
        "en",
        "Amos Pell",
        "Which grinder for a small kitchen?",
        "I drink two cups a day and have little room. Is the small hand grinder enough for espresso, or shall I "
        "rather save for the electric one?",
        "Hello Amos, for two cups the hand grinder is enough, and it makes a finer espresso than the electric one "
        "at twice the price. It takes about a minute a cup. If you ever want to change, we take it back within "
        "60 days.",
        "low",
        "chat",
        ("advice",),
    ),
    Script(
        "en",
        "Priya Nair",
        "Cannot log in since the new password rules",
        "Your shop asked for a longer password, I set one, and now it says my e-mail is unknown. My address and "
        "all my orders are in there.",
        "Hello Priya, your account and your orders are safe. The change had left your e-mail with a blank at its "
        "end; I have removed it, and you can log in now with the password that you just set.",
        "high",
        tags=("account",),
    ),
    Script(
        "he",
        "איתן",
        "המשלוח תקוע במכס",
        "ההזמנה שלי נמצאת במכס כבר שישה ימים ואף אחד לא אומר לי מה חסר. מה עושים?",
        "שלום איתן, חסרה להם חשבונית חתומה, ושלחתי אותה עכשיו ישירות לסוכן המכס. השחרור צפוי עד מחר בצהריים, ואעדכן אותך כאן גם אם יתעכב.",
        "high",
        tags=("delivery", "customs"),
    ),
    Script(
        "ta",
        "மாறன்",
        "பணம் திரும்ப வரவில்லை",
        "பத்து நாட்களுக்கு முன் பொருளைத் திருப்பி அனுப்பினேன். பணம் இன்னும் வரவில்லை. எப்போது வரும் என்று சொல்ல முடியுமா?",
        "வணக்கம் மாறன். பொருள் எங்களுக்கு வந்து சேர்ந்துள்ளது; பணத்தை இன்று அனுப்பிவிட்டேன். இரண்டு வேலை நாட்களில் உங்கள் கணக்கில் இருக்கும். தாமதத்துக்கு மன்னிக்கவும்.",
        "high",
        tags=("refund",),
    ),
    Script(
        "en",
        "Tomas Birk",
        "One cup arrived broken",
        "Five cups are lovely, the sixth came in three pieces. I have a photograph if you need it.",
        "Hello Tomas, thank you for telling us so kindly. No photograph needed: a sixth cup leaves today, and we "
        "have asked the packers to wrap them one by one from now on.",
        tags=("damage",),
    ),
    Script(
        "en",
        "Leila Okoro",
        "Please change the address of my order",
        "I have just ordered and my old address is on it. We moved last week. Order 1066, it has not been sent "
        "yet according to the page.",
        "Hello Leila, done: it goes to your new address, and I have changed it in your account as well. A good "
        "start in the new home!",
        "urgent",
        "chat",
        ("order",),
    ),
    Script(
        "ta",
        "யாழினி",
        "பரிசு உறையில் பெயர் எழுத முடியுமா?",
        "என் அம்மாவுக்குப் பரிசு வாங்குகிறேன். உறையில் அவர் பெயரைத் தமிழில் எழுதித் தர முடியுமா?",
        "வணக்கம் யாழினி. நிச்சயமாக! எப்படி எழுத வேண்டும் என்று மட்டும் சொல்லுங்கள்; கையால் எழுதி அனுப்புகிறோம், கட்டணம் எதுவும் இல்லை.",
        "low",
        tags=("gift",),
    ),
    Script(
        "he",
        "תמר",
        "איך מנקים את הקומקום?",
        "קניתי אצלכם קומקום נחושת והוא כבר מכוסה כתמים. במה מותר לנקות אותו בלי לקלקל?",
        "שלום תמר, חצי לימון ומעט מלח, לשפשף בעדינות ולשטוף היטב. בלי ספוג קשה ובלי מדיח. הכתמים טבעיים לנחושת, והקומקום שלך בסדר גמור.",
        "low",
        tags=("advice",),
    ),
    Script(
        "en",
        "Grace Wynn",
        "Thank you, and one small thing",
        "The table is beautiful. One screw was missing from the bag, the long kind. Could you send one?",
        "Hello Grace, how good to hear. Two long screws are in the post, one for the table and one for the drawer, "
        "just in case.",
        tags=("spare_part",),
    ),
    Script(
        "he",
        "יונתן",
        "קוד ההנחה לא עובד",
        "קיבלתי מכם קוד ליום ההולדת, והאתר אומר שהוא לא בתוקף. הוא אמור להיות בתוקף עד סוף החודש.",
        "שלום יונתן, צדקת: הקוד נחסם אצלנו בטעות. פתחתי אותו מחדש והארכתי אותו בחודש. יום הולדת שמח!",
        tags=("discount",),
        tier="vip",
    ),
    Script(
        "ta",
        "செழியன்",
        "ஆர்டர் எப்போது வரும்?",
        "ஆர்டர் 1072 மூன்று நாட்களாக ஒரே நிலையில் உள்ளது. எப்போது வரும் என்று தெரிந்தால் வீட்டில் இருப்பேன்.",
        "வணக்கம் செழியன். உங்கள் பார்சல் இப்போது உங்கள் நகரில் உள்ளது; நாளை காலை பத்து மணிக்குள் வரும். வருவதற்கு முன் உங்களை அழைக்கச் சொல்லியிருக்கிறேன்.",
        tags=("delivery",),
    ),
    Script(
        "en",
        "Walter Finch",
        "The invoice needs our company's name",
        "Our accountant cannot book the invoice without the company and its tax number. Can you send it again?",
        "Hello Walter, the new invoice with both is attached to your order, and the next ones will carry them by "
        "themselves.",
        "low",
        "email",
        ("invoice",),
    ),
)
