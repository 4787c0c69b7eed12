import pytest

from index.language import UNKNOWN, detect_language, question_language

SENTENCES = {
    "en": "The bridge over the harbour will close in March, the port authority said on Tuesday.",
    "de": "Die Brücke über den Hafen wird im März geschlossen, teilte die Behörde am Dienstag mit.",
    "fr": "Le pont du port fermera en mars, a annoncé mardi l'autorité portuaire.",
    "es": "El puente del puerto cerrará en marzo, anunció el martes la autoridad portuaria.",
    "ru": "Мост через гавань закроют в марте, сообщили во вторник в администрации порта.",
    "it": "Il ponte del porto chiuderà a marzo, ha annunciato martedì l'autorità portuale.",
    "ar": "سيغلق الجسر فوق الميناء في مارس، حسبما قالت سلطة الميناء يوم الثلاثاء.",
    "zh": "港务局星期二表示，港口上的大桥将于三月关闭。",
}
QUESTIONS = {
    "en": "Who is Putin?",
    "de": "Was kostet Öl?",
    "fr": "Qui est Putin?",
    "es": "¿Quién es Putin?",
    "ru": "Кто такой Путин?",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_enough(language: str) -> None:
    assert detect_language(SENTENCES[language]) == language
    assert detect_language(SENTENCES[language].upper()) == language


@pytest.mark.parametrize("language", QUESTIONS)
def test_three_words_are_enough_among_few(language: str) -> None:
    assert detect_language(QUESTIONS[language], QUESTIONS.keys()) == language


@pytest.mark.parametrize("text", ["", " \n", "123 456", "?!", "OK", "😀"])
def test_nothing_to_tell_from(text: str) -> None:
    assert detect_language(text) == UNKNOWN


def test_a_language_that_is_not_among_the_possible_ones_is_unknown() -> None:
    assert detect_language(SENTENCES["zh"], {"en", "de"}) == UNKNOWN
    assert detect_language("drones Iran", {"en", "de", "fr"}) == UNKNOWN
    assert detect_language(SENTENCES["en"], set()) == UNKNOWN


def test_lone_surrogates_and_nul_are_no_failure() -> None:
    assert detect_language("The bridge will close \ud800 in March\0, they said.") == "en"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What did François Hollande say in May?", "en"),
        ("Where did Bundesverfassungsgericht go?", "en"),
        ("Was sagte Jean-Luc Mélenchon im Mai?", "de"),
        ("Qui est Kurt Schröder ?", "fr"),
        ("¿Qué dijo Москва en mayo?", "es"),
        ("Wie heißt der Ort?", "de"),
        ("Ile kosztuje bilet na pociąg w Niemczech?", "pl"),
        ("谁在一月签署了条约？", "zh"),
    ],
)
def test_the_names_in_a_question_do_not_say_its_language(question: str, language: str) -> None:
    assert question_language(question) == language
