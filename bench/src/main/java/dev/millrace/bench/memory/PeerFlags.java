package dev.millrace.bench.memory;

import java.util.ArrayList;
import java.util.List;

/** What the JVMs of the measurements are started with, so that the peers can do their best, and silently. */
public final class PeerFlags {
    private static final int FIRST_WITH_MANY_WARNINGS = 24;

    private PeerFlags() {}

    /** For a JVM of this kind. */
    public static List<String> forThisJava() {
        List<String> flags = new ArrayList<>(List.of(
                // chronicle-bytes: no reports to its makers, no stack for each block, and the doors that it asks for.
                "-Dchronicle.analytics.disable=true",
                "-Djvm.resource.tracing=false",
                "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                // Chronicle Map compiles its values when it starts.
                "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
                "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
                "--add-opens=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
                "--add-opens=java.base/java.io=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                // Netty: no records of who took a block; its Unsafe, which is what it is fastest with.
                "-Dio.netty.leakDetection.level=disabled",
                "-Dio.netty.noUnsafe=false"));
        if (Runtime.version().feature() >= FIRST_WITH_MANY_WARNINGS) {
            flags.add("--enable-native-access=ALL-UNNAMED");
            flags.add("--sun-misc-unsafe-memory-access=allow");
        }
        return flags;
    }

    /** For JMH: its threads are of the kind that Netty's caches are made for. */
    public static List<String> forJmh() {
        List<String> flags = new ArrayList<>(forThisJava());
        flags.add("-Djmh.executor=CUSTOM");
        flags.add("-Djmh.executor.class=dev.millrace.bench.peer.FastThreads");
        return flags;
    }
}
