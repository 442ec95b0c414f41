package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.error.UserLine;

/** Says where a task was when something was thrown, for who hears of the failure. For the thread that steps the task. */
final class Whereabouts {
    private String operators = "";

    /** Says what the operators of the chain are. */
    void tellOf(String ofChain) {
        operators = ofChain;
    }

    /** Which operators, where their input was, and the line of the program that threw, as far as they are known. */
    String of(Throwable problem, Task task) {
        String line = UserLine.of(problem, Task.class);
        return (operators.isEmpty() ? "" : "operators=[" + operators + "], ")
                + place(problem, task)
                + (line.isEmpty() ? "" : ", thrownIn=" + line);
    }

    private static String place(Throwable problem, Task task) {
        try {
            return task.place();
        } catch (RuntimeException e) { // a reader that failed may not know where it is
            problem.addSuppressed(e);
            return "place unknown";
        }
    }
}
