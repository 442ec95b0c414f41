package dev.millrace.state.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Sequences of operations for an {@link IndexPair}: made from a seed, and shortened when they fail. */
final class IndexScript {
    enum Kind {
        PUT,
        UPDATE,
        REMOVE,
        RESTORE,
        FIND,
        FIND_EACH,
        UPDATE_EACH,
        ADD_EACH,
        SEAL,
        RELEASE,
        CHECK,
        RECLAIM,
        CLEAR
    }

    /** One operation; what it does not need of its parts, it ignores. */
    record Operation(Kind kind, int key, long payload, boolean isRefused) {}

    /** An index grows while more is put than removed, and shrinks while it is the other way round. */
    private static final int PHASE_OPERATIONS = 20_000;

    private static final int PHASES = 3;

    private final Random random;
    private final int keyCount;
    private final int sealsPerMille;
    private int made;

    IndexScript(long seed, int keyCount, int sealsPerMille) {
        random = new Random(seed);
        this.keyCount = keyCount;
        this.sealsPerMille = sealsPerMille;
    }

    List<Operation> next(int count) {
        final List<Operation> operations = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            operations.add(next());
        }
        return operations;
    }

    private Operation next() {
        final int phase = made++ / PHASE_OPERATIONS % PHASES;
        return new Operation(
                someKind(phase), random.nextInt(keyCount), random.nextLong() >>> 1, random.nextInt(40) == 0);
    }

    private Kind someKind(int phase) {
        final int choice = random.nextInt(1000);
        if (choice < 2 * sealsPerMille) {
            return choice < sealsPerMille ? Kind.SEAL : Kind.RELEASE;
        }
        final int rare = random.nextInt(20_000);
        if (rare < 12) {
            return rare == 0 ? Kind.CLEAR : rare < 6 ? Kind.CHECK : Kind.RECLAIM;
        }
        if (rare < 60) {
            return rare < 28 ? Kind.FIND_EACH : rare < 44 ? Kind.UPDATE_EACH : Kind.ADD_EACH;
        }
        final int puts = phase == 0 ? 400 : phase == 1 ? 250 : 60;
        final int removes = phase == 0 ? 100 : phase == 1 ? 250 : 400;
        final int kind = random.nextInt(1000);
        if (kind < puts) {
            return Kind.PUT;
        }
        if (kind < puts + removes) {
            return Kind.REMOVE;
        }
        return kind < 720 ? Kind.UPDATE : kind < 740 ? Kind.RESTORE : Kind.FIND;
    }

    /**
     * The shortest sequence that is found to fail as a given one does, by leaving out ever smaller runs of it (delta debugging:
     * Zeller, Hildebrandt 2002).
     */
    static List<Operation> shortest(List<Operation> failing, Predicate<List<Operation>> fails) {
        List<Operation> shortest = failing;
        int run = shortest.size() / 2;
        while (run > 0) {
            boolean isShorter = false;
            for (int from = 0; from + run <= shortest.size(); ) {
                final List<Operation> rest = new ArrayList<>(shortest.subList(0, from));
                rest.addAll(shortest.subList(from + run, shortest.size()));
                if (fails.test(rest)) {
                    shortest = rest;
                    isShorter = true;
                } else {
                    from += run;
                }
            }
            run = isShorter && run == 1 ? 1 : run / 2;
        }
        return shortest;
    }
}
