package dev.millrace.bench.peer;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of a benchmark: of the kind that Netty's caches are made for. JMH makes it by its name. */
public final class FastThreads extends ThreadPoolExecutor {
    /** As JMH calls it. */
    public FastThreads(int threads, String prefix) {
        super(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(prefix, true));
    }
}
