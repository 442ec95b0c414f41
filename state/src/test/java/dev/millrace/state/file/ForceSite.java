package dev.millrace.state.file;

import java.util.Iterator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which line of the code forces something. */
final class ForceSite {
    private static final StackWalker WALKER = StackWalker.getInstance();

    private ForceSite() {}

    /** The line that asked the file system, and if that is one of {@link FileOps} itself, the one that called it. */
    static String current() {
        return WALKER.walk(ForceSite::of);
    }

    private static String of(Stream<StackWalker.StackFrame> stack) {
        Iterator<StackWalker.StackFrame> frames = stack.filter(frame -> !isOfTheTest(frame.getClassName()))
                .limit(3)
                .iterator();
        StringBuilder site = new StringBuilder();
        while (frames.hasNext()) {
            StackWalker.StackFrame frame = frames.next();
            String simpleName =
                    frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
            site.append(simpleName)
                    .append('.')
                    .append(frame.getMethodName())
                    .append(':')
                    .append(frame.getLineNumber());
            if (!simpleName.equals(FileOps.class.getSimpleName())) {
                break;
            }
            site.append(" for ");
        }
        return site.toString();
    }

    private static boolean isOfTheTest(String className) {
        return Stream.of(ForceSite.class, SimulatedFiles.class, FaultyFileOps.class)
                .map(Class::getName)
                .collect(Collectors.toSet())
                .stream()
                .anyMatch(name -> className.equals(name) || className.startsWith(name + "$"));
    }
}
