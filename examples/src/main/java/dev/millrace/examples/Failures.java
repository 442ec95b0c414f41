package dev.millrace.examples;

import dev.millrace.allocator.MemoryLimitException;
import dev.millrace.allocator.MemoryPolicyException;
import dev.millrace.engine.operator.BadInputException;
import dev.millrace.engine.operator.OutputException;
import dev.millrace.numa.ReservationException;
import dev.millrace.serde.IncompatibleSchemaException;
import dev.millrace.state.file.StateFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells what the caller can put right from faults of the program. */
final class Failures {
    /** Faults of the world around the program, wherever they are in the chain of causes. */
    private static final List<Class<? extends Exception>> OF_THE_WORLD = List.of(
            RefusedException.class,
            BadInputException.class,
            OutputException.class,
            MemoryLimitException.class,
            MemoryPolicyException.class,
            ReservationException.class,
            StateFileException.class,
            IncompatibleSchemaException.class);

    private Failures() {}

    /** Says in one line what the caller can put right; null if it is a fault of the program. */
    static @Nullable String refusal(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (isOfTheWorld(cause)) {
                return oneLine(cause.getMessage());
            }
        }
        // A setting that the engine refuses. As the cause of a failed job the same type would be a fault of the
        // program.
        return error instanceof IllegalArgumentException ? oneLine(error.getMessage()) : null;
    }

    private static boolean isOfTheWorld(Throwable cause) {
        return OF_THE_WORLD.stream().anyMatch(type -> type.isInstance(cause));
    }

    static String oneLine(@Nullable String message) {
        return message == null ? "no message" : message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
