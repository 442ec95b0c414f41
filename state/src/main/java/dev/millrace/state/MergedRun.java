package dev.millrace.state;

import dev.millrace.state.store.SortedRun;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Several runs as one. Of equal keys the one from the latest run is shown. */
final class MergedRun implements SortedRun {
    private static final class Cursor {
        final SortedRun run;
        final int order;

        Cursor(SortedRun run, int order) {
            this.run = run;
            this.order = order;
        }

        byte[] key() {
            return run.key();
        }
    }

    private final PriorityQueue<Cursor> cursors =
            new PriorityQueue<>(Comparator.comparing(Cursor::key, Arrays::compareUnsigned)
                    .thenComparing(c -> c.order, Comparator.reverseOrder()));
    private final long sizeBytes;
    private byte[] key = new byte[0];
    private byte @Nullable [] value;

    /** Takes the runs in the order in which they were written. */
    MergedRun(List<? extends SortedRun> runs) {
        sizeBytes = runs.stream().mapToLong(SortedRun::sizeBytes).sum();
        for (int i = 0; i < runs.size(); i++) {
            advance(new Cursor(runs.get(i), i));
        }
    }

    private void advance(Cursor cursor) {
        if (cursor.run.next()) {
            cursors.add(cursor);
        }
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public boolean next() {
        Cursor first = cursors.poll();
        if (first == null) {
            return false;
        }
        key = first.key();
        value = first.run.value();
        advance(first);
        for (Cursor same = cursors.peek(); same != null && Arrays.equals(same.key(), key); same = cursors.peek()) {
            cursors.remove();
            advance(same);
        }
        return true;
    }

    @Override
    public byte[] key() {
        return key;
    }

    @Override
    public byte @Nullable [] value() {
        return value;
    }
}
