package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.page.PageLayout;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.EntryShape;

/**
 * How much room a task has.
 *
 * @param pageBytes how large the pages are that its operators write and read
 * @param activeStateBytes what each state that may leave memory should take; 0 if they stay
 * @param limitsSmallEntries whether somebody asked for that: it holds for small entries of fixed size too, then
 */
record TaskSizes(int pageBytes, long activeStateBytes, boolean limitsSmallEntries) {
    static final TaskSizes DEFAULT = new TaskSizes(PageLayout.PAGE_BYTES, 0, false);

    /** What a state whose entries look like this should take; 0 if it stays in memory. */
    long activeStateBytes(EntryShape shape) {
        return limitsSmallEntries || !ActiveIndex.keepsInLines(shape) ? activeStateBytes : 0;
    }
}
