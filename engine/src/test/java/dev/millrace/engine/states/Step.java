package dev.millrace.engine.states;

import dev.millrace.engine.testkit.Lines;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One operation on the state of a key.
 *
 * @param operation which one, see {@link Everything}
 * @param name of an entry
 * @param number a value, or a count
 */
record Step(long id, Instant time, String key, int operation, String name, long number) {
    static final int OPERATIONS = 20;

    private static final long FIRST_MILLIS = 1_000_000_000_000L;

    /** Steps some 10 ms of event time apart, at most {@code disorderMillis} out of order. */
    static List<Step> random(Random random, int count, int keys, int disorderMillis) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long millis = FIRST_MILLIS + i * 10L - (disorderMillis == 0 ? 0 : random.nextInt(disorderMillis));
            steps.add(new Step(
                    i,
                    Instant.ofEpochMilli(millis),
                    "key-" + "x".repeat(random.nextInt(3)) + random.nextInt(keys),
                    random.nextInt(OPERATIONS),
                    "n" + "y".repeat(random.nextInt(12)) + random.nextInt(8),
                    random.nextInt(100)));
        }
        return steps;
    }

    static Path write(Path file, List<Step> steps) {
        List<String> lines = new ArrayList<>(List.of("id,time,key,operation,name,number"));
        for (Step step : steps) {
            lines.add(step.id + "," + step.time + "," + step.key + "," + step.operation + "," + step.name + ","
                    + step.number);
        }
        return Lines.write(file, lines);
    }
}
