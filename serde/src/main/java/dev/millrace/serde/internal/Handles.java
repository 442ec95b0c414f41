package dev.millrace.serde.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

/** Puts many small steps together as one method handle. Trees are balanced: the JIT gives up on deep ones first. */
public final class Handles {
    private Handles() {}

    /** Runs steps one after the other. All have the same type and give void; there is at least one. */
    public static MethodHandle sequence(List<MethodHandle> steps) {
        if (steps.size() == 1) {
            return steps.get(0);
        }
        int half = steps.size() / 2;
        return MethodHandles.foldArguments(
                sequence(steps.subList(half, steps.size())), sequence(steps.subList(0, half)));
    }

    /**
     * Builds a value from parts that are all read from the same arguments.
     *
     * @param constructor {@code (P0, P1, ...) -> T}
     * @param readers for each part, {@code (A...) -> Pi}, or a prefix of the arguments
     * @param arguments the types A
     */
    public static MethodHandle construct(MethodHandle constructor, List<MethodHandle> readers, Class<?>... arguments) {
        MethodHandle result = MethodHandles.dropArguments(constructor, readers.size(), arguments);
        for (int i = readers.size() - 1; i >= 0; i--) {
            result = MethodHandles.foldArguments(result, i, readers.get(i));
        }
        return result;
    }

    /** Chooses by an int before the other arguments; it is never out of range. All cases have the same type. */
    static MethodHandle choice(List<MethodHandle> cases) {
        List<MethodHandle> targets = new ArrayList<>();
        for (MethodHandle target : cases) {
            targets.add(MethodHandles.dropArguments(target, 0, int.class));
        }
        return MethodHandles.tableSwitch(targets.get(0), targets.toArray(new MethodHandle[0]));
    }
}
