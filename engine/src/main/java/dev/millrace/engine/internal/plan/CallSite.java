package dev.millrace.engine.internal.plan;

/** Finds the user's line that is adding an operator. Any thread may ask. */
final class CallSite {
    private static final String STREAMS = "dev.millrace.engine.stream.";
    private static final String PLAN = CallSite.class.getPackageName() + ".";

    private CallSite() {}

    /** {@code " at File.java:12"}; empty if that is not to be known. */
    static String find() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(CallSite::isUsers).findFirst())
                .filter(frame -> frame.getFileName() != null)
                .map(frame -> " at " + frame.getFileName() + ":" + frame.getLineNumber())
                .orElse("");
    }

    private static boolean isUsers(StackWalker.StackFrame frame) {
        return !frame.getClassName().startsWith(STREAMS)
                && !frame.getClassName().startsWith(PLAN);
    }
}
