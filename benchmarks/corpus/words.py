"""Words, and sentences of them: plain, kind, and about nothing."""

from __future__ import annotations

from random import Random


def split(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


NOUNS = split("""
    anchor apple archive atlas balance basket beacon bench bridge broom brush bucket buffer
    bundle button cabin cache canal candle canvas carpet chain channel chapter circle clock
    cloud column compass copper corner counter cradle crystal cursor curtain desk dial diary
    drawer drum echo edge engine envelope fabric feather fence fern field filter flag flask
    folder forest frame garden gate gauge glacier glass grain graph grid guitar hammer handle
    harbour hinge hour index island jacket kernel kettle kitchen ladder lamp lantern layer
    ledger lens letter lever library light margin marble matrix meadow melody mirror morning
    needle notebook orbit orchard oven page palette paper parcel parser path pattern pebble
    pencil petal piano pillow pipe planet pocket pointer pond porch printer pulley puzzle queue
    quilt radio raft rail record ribbon river road rocket roof root rope rudder saddle sail sample
    scale schedule season seed segment shadow shelf shell signal sketch socket spindle spring
    stack stage staircase station stone stream string summer symbol table tape teapot
    thread ticket tile timer token tower trail tree tunnel valley vector vessel village violin
    wagon wave weather wheel whistle window winter wire yard
""")

ADJECTIVES = split("""
    able ample bright brisk calm careful cheerful clear close cool curious deep early easy even
    exact fair fast fine fresh friendly full gentle glad golden good grateful green handy happy
    honest humble joint kind large late lasting light lively long lucky mild modest near neat
    new nimble old open patient plain pleasant polite proud quick quiet rare ready regular rich
    round safe second sharp short simple slow small smooth soft sound spare steady still strong
    sturdy subtle sunny sweet swift tall tidy tiny useful vivid warm weekly whole wide willing
    wise young
""")

VERBS = split("""
    answers balances borrows brings builds carries checks clears collects compares counts covers
    draws explains fetches fills finds fits follows gathers greets guides helps holds invites
    joins keeps lends lifts lights maps marks matches measures meets mends moves names needs
    notes opens orders paints passes plants prints reads records repeats rests rounds saves
    serves shares shows signals sorts splits starts stores teaches thanks tunes turns visits
    waits warms watches weighs
""")

ADVERBS = split("""
    again almost always calmly carefully clearly early easily evenly gently gladly kindly later
    mostly neatly nearly often once patiently perhaps plainly quickly quietly rarely readily
    seldom slowly smoothly softly sometimes soon still together twice usually warmly well
""")

OPENINGS = (
    "In short,",
    "Most days,",
    "As a rule,",
    "On a second look,",
    "After lunch,",
    "For what it is worth,",
    "With a little patience,",
    "Before long,",
    "To begin with,",
    "On a good morning,",
    "By the way,",
    "Seen from here,",
)

JOINTS = ("and", "but", "while", "because", "so", "until", "whenever", "although", "and then")

TAGS = split("""
    algebra algorithms animals architecture arithmetic astronomy audio backups benchmarks books
    browsers c caching calculus charts colours compilers compression concurrency cooking css
    databases debugging design diagrams documentation editors electronics email encoding filters
    fonts formats games gardening geometry graphs hardware history html javascript keyboards
    kitchen languages latency layout linux maps mathematics memory music networks notes optics
    parsing performance photography physics planning printing probability puzzles python
""")


def make_sentence(random: Random) -> str:
    """A sentence of 8 to 25 words, with a full stop."""
    text = make_clause(random)
    if random.random() < 0.6:
        text += f", {random.choice(JOINTS)} {make_clause(random)}"
    if random.random() < 0.3:
        return f"{random.choice(OPENINGS)} {text}."
    return f"{text[0].upper()}{text[1:]}."


def make_clause(random: Random) -> str:
    """A clause, e.g. "the calm kettle gladly warms a small cup"."""
    adverb = f"{random.choice(ADVERBS)} " if random.random() < 0.4 else ""
    return f"{make_noun_phrase(random)} {adverb}{random.choice(VERBS)} {make_noun_phrase(random)}"


def make_noun_phrase(random: Random) -> str:
    """A thing with its article, e.g. "the calm kettle" or "each kettle near the open window"."""
    article = random.choice(("the", "the", "the", "this", "every", "each", "our", "one", "that"))
    phrase = f"{article} {make_thing(random)}"
    if random.random() < 0.25:
        phrase += f" {random.choice(('near', 'behind', 'of', 'with', 'beside', 'under'))} the "
        phrase += random.choice(NOUNS)
    return phrase


def make_thing(random: Random) -> str:
    """A thing without its article, e.g. "calm kettle" or "kettle"."""
    noun = random.choice(NOUNS)
    return f"{random.choice(ADJECTIVES)} {noun}" if random.random() < 0.55 else noun
