"""What is said of figures that are not as they were locked, and what accepting them locks."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from site_gen.lock.changes import accept, compare, find_stale
from site_gen.lock.model import Lock
from site_gen.lock.wording import describe_change
from site_gen.lock.writer import format_lock
from site_gen.model import Calculation
from tests.lock.locking import calculation, computed, document, lock_of
from tests.lock.locking import given as given_figure

QUANTIZATION = given_figure("quantization", 2.42, "2.42 bits", "bit/parameter")
FINER = given_figure("quantization", 2.61, "2.61 bits", "bit/parameter")
BOUND = computed("bound", 51.463, "51.46 tokens/s", "token/s")
SLOWER = computed("bound", 48.2, "48.2 tokens/s", "token/s")
RATIO = computed("ratio", 11.1925, "11.2 times")


def check(
    locked: Calculation | Sequence[Calculation],
    shown: Calculation | Sequence[Calculation],
    *changes: str,
) -> None:
    """What is said of one post that was locked with some calculations and shows others."""
    before, after = (
        document(*([each] if isinstance(each, Calculation) else each)) for each in (locked, shown)
    )
    found = compare(lock_of(before), [after])
    assert [describe_change(change) for change in found] == list(changes)
    assert all(change.post == after.path for change in found)
    mended = accept(lock_of(before), [after], {after.path})
    assert compare(mended, [after]) == []


def test_what_is_as_it_was_is_no_change() -> None:
    check(calculation(QUANTIZATION, BOUND, RATIO), calculation(RATIO, BOUND, QUANTIZATION))


def test_a_figure_changes_because_an_input_did() -> None:
    check(
        calculation(QUANTIZATION, BOUND, RATIO),
        calculation(FINER, SLOWER, RATIO),
        "deepseek.bound 51.46 → 48.2 tokens/s because quantization 2.42 → 2.61 bits",
    )


def test_all_inputs_that_changed_are_told() -> None:
    context = given_figure("context", 4096, "4,096 tokens", "token")
    batch = given_figure("batch", 8, "8")
    check(
        calculation(QUANTIZATION, context, BOUND),
        calculation(FINER, batch, SLOWER),
        "deepseek.bound 51.46 → 48.2 tokens/s "
        "because quantization 2.42 → 2.61 bits and batch is new and context is gone",
        "deepseek.batch is new (8)",
        "deepseek.context is gone (4,096 tokens)",
    )


def test_an_input_that_changes_nothing_is_told_by_itself() -> None:
    check(
        calculation(QUANTIZATION, BOUND),
        calculation(FINER, BOUND),
        "deepseek.quantization 2.42 → 2.61 bits",
    )


def test_without_another_input_it_is_the_versions() -> None:
    check(
        calculation(QUANTIZATION, BOUND, equations="1"),
        calculation(QUANTIZATION, SLOWER),
        "deepseek.bound 51.46 → 48.2 tokens/s because the equations changed, 1 → 2",
    )
    check(
        calculation(QUANTIZATION, BOUND, equations="", data=""),
        calculation(QUANTIZATION, SLOWER),
        "deepseek.bound 51.46 → 48.2 tokens/s because the equations changed and the data changed",
    )


def test_without_anything_else_the_calculation_changed() -> None:
    check(
        calculation(QUANTIZATION, BOUND),
        calculation(QUANTIZATION, SLOWER),
        "deepseek.bound 51.46 → 48.2 tokens/s because the calculation changed",
    )


def test_other_versions_alone_are_no_change() -> None:
    check(calculation(BOUND, equations="1", data="a"), calculation(BOUND, equations="2", data="b"))


def test_what_differs_beyond_the_digits_shown_is_told_with_more() -> None:
    check(
        calculation(BOUND),
        calculation(computed("bound", 51.4631, "51.46 tokens/s", "token/s")),
        "deepseek.bound 51.463 → 51.4631 token/s because the calculation changed",
    )
    check(
        calculation(RATIO),
        calculation(computed("ratio", 11.19250003, "11.2 times")),
        "deepseek.ratio 11.1925 → 11.19250003 because the calculation changed",
    )


def test_the_unit_is_said_once_where_it_stays() -> None:
    check(
        calculation(computed("bytes", 9e8, "0.9 GB", "byte")),
        calculation(computed("bytes", 5e8, "500 MB", "byte")),
        "deepseek.bytes 0.9 GB → 500 MB because the calculation changed",
    )
    check(
        calculation(computed("time", 1.2e-5, "1.2 × 10⁻⁵ s", "second")),
        calculation(computed("time", 1.2e-6, "1.2 × 10⁻⁶ s", "second")),
        "deepseek.time 1.2 × 10⁻⁵ → 1.2 × 10⁻⁶ s because the calculation changed",
    )


def test_another_unit_for_the_same_number_is_told() -> None:
    check(
        calculation(computed("ratio", 5, "5")),
        calculation(computed("ratio", 5, "5", "token")),
        "deepseek.ratio 5 → 5 token because the calculation changed",
    )


def test_figures_and_calculations_come_and_go() -> None:
    check(
        [calculation(BOUND), calculation(BOUND, RATIO, name="old")],
        [calculation(RATIO), calculation(BOUND, name="fresh")],
        "deepseek.ratio is new (11.2 times)",
        "deepseek.bound is gone (51.46 tokens/s)",
        "fresh is new (1 figure)",
        "old is gone (2 figures)",
    )


def test_a_pinned_calculation_is_as_it_was_locked_and_stays_so() -> None:
    before = lock_of(document(calculation(QUANTIZATION, BOUND)))
    after = document(calculation(FINER, SLOWER, is_pinned=True))
    assert compare(before, [after]) == []
    assert accept(before, [after], {after.path}) == before


@given(st.floats(1e-300, 1e300), st.sampled_from([-1, 1]))
def test_the_last_bit_of_another_platform_is_no_change(value: float, step: int) -> None:
    other = value * (1 + step * 2**-52)
    texts = [f"{each:.4g} tokens/s" for each in (value, other)]
    check(
        calculation(computed("bound", value, texts[0])),
        calculation(computed("bound", other, texts[1])),
    )


def test_posts_that_are_no_longer_there_are_stale() -> None:
    kept, gone = (document(calculation(BOUND, RATIO), path=f"content/{name}.md") for name in "ab")
    stale = find_stale(lock_of(kept, gone), {kept.path})
    assert [describe_change(change) for change in stale] == ["content/b.md is gone (2 figures)"]


def test_accepting_one_post_leaves_the_others_to_the_byte() -> None:
    names = ["content/a.md", "content/b.md", "content/c.md"]
    before = lock_of(*(document(calculation(BOUND), path=name) for name in names))
    after = [document(calculation(SLOWER), path=name) for name in names]
    changed = {
        (old, new)
        for old, new in zip(
            format_lock(before).split("\n"),
            format_lock(accept(before, after, {"content/b.md"})).split("\n"),
            strict=True,
        )
        if old != new
    }
    assert changed == {
        (
            'figures.bound = { text = "51.46 tokens/s", value = 51.463, unit = "token/s" }',
            'figures.bound = { text = "48.2 tokens/s", value = 48.2, unit = "token/s" }',
        )
    }


def test_a_chosen_post_that_computes_nothing_has_no_entry() -> None:
    before = lock_of(document(calculation(BOUND)))
    assert accept(before, [document()], {document().path}) == Lock()
    assert accept(before, [], {document().path}) == Lock()
