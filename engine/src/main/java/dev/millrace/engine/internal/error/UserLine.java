package dev.millrace.engine.internal.error;

import java.util.List;

/** Finds the line of the program in which something was thrown, below functions of the engine and of Java. */
public final class UserLine {
    /** Packages that a program's functions call or are called by. */
    private static final List<String> BENEATH = List.of(
            "java.",
            "javax.",
            "jdk.",
            "sun.",
            "org.agrona.",
            "org.jctools.",
            "dev.millrace.allocator.",
            "dev.millrace.numa.",
            "dev.millrace.serde.",
            "dev.millrace.state.",
            "dev.millrace.engine.internal.",
            "dev.millrace.engine.operator.",
            "dev.millrace.engine.stream.");

    private UserLine() {}

    /**
     * {@code "Rides.weigh(Rides.java:12)"}, a lambda by the method around it; empty if no line of the program is there.
     *
     * @param caller of the program's functions: what called this one is no concern of theirs
     */
    public static String of(Throwable problem, Class<?> caller) {
        for (StackTraceElement frame : problem.getStackTrace()) {
            if (frame.getClassName().equals(caller.getName())) {
                return "";
            }
            if (BENEATH.stream().noneMatch(frame.getClassName()::startsWith)) {
                String type = frame.getClassName();
                return type.substring(type.lastIndexOf('.') + 1) + "." + method(frame.getMethodName()) + "("
                        + frame.getFileName() + ":" + frame.getLineNumber() + ")";
            }
        }
        return "";
    }

    /** The compiler calls the body of a lambda {@code lambda$method$3}. */
    private static String method(String name) {
        int last = name.lastIndexOf('$');
        return name.startsWith("lambda$") && last > "lambda$".length()
                ? name.substring("lambda$".length(), last)
                : name;
    }
}
