package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.Idle;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What workers do that have nothing to do. */
final class CrewTest {
    private static final int MOST_PROCESSORS = 130;

    private static List<Idle> idles(int workers, int processors, Idle idle) {
        Crew crew = new Crew(
                "test", StealOrder.flat(workers), List.of(), idle, Crew.spinners(workers, processors), worker -> {});
        return IntStream.range(0, workers).mapToObj(crew::idleOf).toList();
    }

    @Test
    void neverAsManyWorkersSpinAsThereAreProcessors() {
        for (int processors = 1; processors <= MOST_PROCESSORS; processors++) {
            for (int workers = 1; workers <= 2 * processors; workers++) {
                List<Idle> idles = idles(workers, processors, Idle.SPIN);
                long spinning = idles.stream().filter(each -> each == Idle.SPIN).count();
                String where = "workers=" + workers + ", processors=" + processors;
                assertTrue(spinning < processors, where);
                assertEquals(Math.min(workers, processors - 1), spinning, where);
                assertEquals(
                        workers - spinning,
                        idles.stream().filter(each -> each == Idle.BACKOFF).count(),
                        where);
            }
        }
    }

    @Test
    void nobodySpinsUnlessToldTo() {
        for (Idle idle : List.of(Idle.BACKOFF, Idle.PARK)) {
            assertEquals(List.of(idle, idle, idle), idles(3, 8, idle));
        }
    }
}
