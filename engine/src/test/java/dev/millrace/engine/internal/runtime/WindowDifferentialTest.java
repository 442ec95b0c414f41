package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.engine.internal.runtime.WindowCase.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Operators over windows, and timers, against plain lists: random disorder and lateness, one source or two of which one may have
 * nothing to say, one task to four, epochs and crashes wherever chance puts them.
 *
 * <p>Each seed is a small job on one thread. What fails is made smaller, as long as it fails, before it is told.
 */
final class WindowDifferentialTest {
    /** What a build tries; a long run says how many: {@code -Dmillrace.test.windows.seeds=10000}. */
    private static final int SEEDS = Integer.getInteger("millrace.test.windows.seeds", 150);

    @Test
    void operatorsOverWindowsGiveWhatPlainListsGive() {
        for (long seed = 0; seed < SEEDS; seed++) {
            WindowCase test = WindowCase.random(seed);
            if (problem(test, seed) != null) {
                WindowCase smaller = shrink(test, seed);
                throw new AssertionError(
                        "seed=" + seed + ", problem=" + problem(smaller, seed) + ", smallest=" + smaller);
            }
        }
    }

    @Test
    void aCaseThatFailsIsMadeSmaller() {
        WindowCase large = WindowCase.random(largeSeed());
        Event guilty = large.segments().get(0).get(0).get(0);
        WindowCase small = shrink(large, test -> contains(test, guilty));
        assertEquals(List.of(List.of(List.of(guilty))), small.segments());
        assertEquals(1, small.parallelism());
        assertEquals(0, small.crashes());
    }

    private static long largeSeed() {
        long seed = 0;
        while (WindowCase.random(seed).segments().get(0).get(0).size() < 10) {
            seed++;
        }
        return seed;
    }

    private static boolean contains(WindowCase test, Event event) {
        return test.segments().stream().flatMap(List::stream).anyMatch(segment -> segment.contains(event));
    }

    /** What is wrong; null if nothing is. */
    private static @Nullable String problem(WindowCase test, long seed) {
        try {
            WindowOracle oracle = new WindowOracle(test);
            Map<Integer, List<String>> outputs =
                    SteppedLives.run(WindowPipelines.of(test), seed, test.crashes(), test.parallelism());
            List<String> lines = new ArrayList<>();
            List<String> late = new ArrayList<>();
            outputs.values()
                    .forEach(each -> each.forEach(line -> {
                        if (line.startsWith("late ")) {
                            late.add(line.substring("late ".length()));
                        } else {
                            lines.add(line);
                        }
                    }));
            lines.sort(null);
            late.sort(null);
            if (!oracle.lines().equals(lines)) {
                return "lines differ: expected=" + oracle.lines() + ", actual=" + lines;
            }
            return oracle.late().equals(late) ? null : "late: expected=" + oracle.late() + ", actual=" + late;
        } catch (AssertionError | RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return cause + " at "
                    + List.of(cause.getStackTrace()).subList(0, Math.min(6, cause.getStackTrace().length));
        }
    }

    private static WindowCase shrink(WindowCase failing, long seed) {
        return shrink(failing, test -> problem(test, seed) != null);
    }

    /** Leaves away tasks, crashes, segments and events while it still fails. */
    private static WindowCase shrink(WindowCase failing, Predicate<WindowCase> fails) {
        WindowCase smallest = failing;
        boolean isSmaller = true;
        while (isSmaller) {
            isSmaller = false;
            for (WindowCase candidate : smaller(smallest)) {
                if (fails.test(candidate)) {
                    smallest = candidate;
                    isSmaller = true;
                    break;
                }
            }
        }
        return smallest;
    }

    private static List<WindowCase> smaller(WindowCase test) {
        List<WindowCase> candidates = new ArrayList<>();
        if (test.crashes() > 0) {
            candidates.add(test.with(test.parallelism(), 0));
        }
        if (test.parallelism() > 1) {
            candidates.add(test.with(1, test.crashes()));
        }
        for (int source = 0; source < test.segments().size(); source++) {
            List<List<Event>> segments = test.segments().get(source);
            for (int i = 0; i < segments.size(); i++) {
                if (segments.size() > 1) {
                    List<List<Event>> fewer = new ArrayList<>(segments);
                    fewer.remove(i);
                    candidates.add(test.with(replaced(test.segments(), source, fewer)));
                }
                for (int j = 0; j < segments.get(i).size(); j++) {
                    List<Event> events = new ArrayList<>(segments.get(i));
                    events.remove(j);
                    List<List<Event>> fewer = replaced(segments, i, events);
                    candidates.add(test.with(replaced(test.segments(), source, fewer)));
                }
            }
        }
        return candidates;
    }

    private static <E> List<E> replaced(List<E> list, int place, E element) {
        List<E> copy = new ArrayList<>(list);
        copy.set(place, element);
        return copy;
    }
}
