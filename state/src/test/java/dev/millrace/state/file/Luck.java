package dev.millrace.state.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What of several changes reaches a device that loses power. */
final class Luck {
    private Luck() {}

    /** None, all, the first few, or any of them, each as likely; in their order. */
    static <T> List<T> some(Random random, List<T> changes) {
        return switch (random.nextInt(4)) {
            case 0 -> List.of();
            case 1 -> changes;
            case 2 -> changes.subList(0, random.nextInt(changes.size() + 1));
            default -> any(random, changes);
        };
    }

    private static <T> List<T> any(Random random, List<T> changes) {
        List<T> some = new ArrayList<>();
        for (T change : changes) {
            if (random.nextBoolean()) {
                some.add(change);
            }
        }
        return some;
    }
}
