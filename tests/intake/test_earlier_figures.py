"""What an append says of a figure beside those before it: it falls, or counts another group."""

import pytest

BEFORE = """
[[airstrike]]
id = "before"
source = "AP"
published = "2024-05-01"
operation = "op"
incidents = ["market"]
killed = 51
injured = ["8 peacekeepers"]
[[casualty_update]]
id = "total"
source = "UN"
attributed_to = "the army"
published = "2024-05-02"
operation = "op"
measure = "running_total"
killed = 60
"""
FALLS = (
    "is below the {} that the same speaker gave in {}: if it takes the place of that, give supersedes; "
    "if it counts others, give victims, definition or incidents"
)
APART = "they are counted apart; if they are the same people, give both the same victims"


def update(*lines, source="AP", published="2024-05-09", incidents='["market"]'):
    about = f"incidents = {incidents}" if incidents else 'operation = "op"'
    head = f'[[casualty_update]]\nid = "new"\nsource = "{source}"\npublished = "{published}"\n{about}\n'
    return head + "\n".join(lines)


@pytest.mark.parametrize(
    ("written", "warning"),
    [
        (update("killed = 5"), "new: killed 5 of market " + FALLS.format(51, "before")),
        (update('killed = "up to 40"'), "new: killed 40 of market " + FALLS.format(51, "before")),
        (
            update('measure = "running_total"', "killed = 20", source="the army", incidents=None),
            "new: killed 20 of op " + FALLS.format(60, "total"),
        ),
        (update("injured = 9"), f"new: injured counts all of market, and before counts peacekeepers: {APART}"),
        (
            update('killed = "3 civilians"', source="AFP"),
            f"new: killed counts civilians of market, and before counts all: {APART}",
        ),
    ],
)
def test_a_figure_that_falls_or_counts_another_group_is_warned_of(recorded, read, written, warning):
    recorded(BEFORE)
    batch = read(written)
    assert (batch.warnings, batch.problems) == ([warning], [])


@pytest.mark.parametrize(
    "written",
    [
        update("killed = 51"),
        update('killed = ">=5"'),
        update("killed = 5", source="AFP"),
        update("killed = 5", published="2024-04-01"),
        update("killed = 5", 'supersedes = ["before"]'),
        update("killed = 5", incidents='["market", "school"]'),
        update('killed = "+1"'),
        update('injured = "9 peacekeepers"'),
        update('killed = ["55", "3 civilians"]'),
        update('killed = [{ figure = "3 women", measure = "breakdown" }]'),
        update('killed = { figure = 5, definition = "by shrapnel" }'),
        update('measure = "increment"', 'period = "2024-05-08"', "killed = 5", source="the army", incidents=None),
        update("missing = 5"),
    ],
)
def test_what_may_well_be_is_not_warned_of(recorded, read, written):
    recorded(BEFORE)
    assert read(written).warnings == []


def test_the_facts_of_one_file_are_before_one_another(read):
    first = update("killed = 9", published="2024-05-08").replace('id = "new"', 'id = "first"')
    assert read(first + "\n" + update("killed = 5")).warnings == ["new: killed 5 of market " + FALLS.format(9, "first")]


def test_what_was_retracted_or_corrected_is_not_before(recorded, read):
    recorded(BEFORE)
    recorded('[[fact_retracted]]\nfact = "total"\nreason = "a slip"')
    recorded(
        '[[fact_corrected]]\nfact = "before"\nnature = "entry"\nreason = "mistyped"\n[fact_corrected.now]\n'
        'kind = "airstrike"\nsource = "AP"\npublished = "2024-05-01"\noperation = "op"\nincidents = ["market"]\n'
        "killed = 4\n"
    )
    assert read(update('measure = "running_total"', "killed = 20", source="the army", incidents=None)).warnings == []
    assert read(update("killed = 5")).warnings == []


def test_a_correction_is_not_held_against_what_it_corrects(recorded, read):
    recorded(BEFORE)
    corrected = (
        '[[fact_corrected]]\nfact = "before"\nnature = "source"\nreason = "so they say"\n[fact_corrected.now]\n'
        'kind = "airstrike"\nsource = "AP"\npublished = "2024-05-01"\noperation = "op"\nincidents = ["market"]\n'
        "killed = 4\n"
    )
    assert read(corrected).warnings == []
