package dev.millrace.bench.run;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.management.ListenerNotFoundException;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * Counts what was allocated on the heap, by all threads, those that have ended included: growth between collections, added up.
 * Exact to a few MiB, the size of the buffers that threads allocate from; so it says something about millions of events, and
 * nothing about one.
 */
final class HeapMeter implements AutoCloseable {
    private static final long LONGEST_WAIT_NANOS = 2_000_000_000L;

    private final List<NotificationEmitter> emitters = new ArrayList<>();
    private final NotificationListener listener = (notification, handback) -> {
        if (notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            GarbageCollectionNotificationInfo info =
                    GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
            note(info.getGcInfo());
        }
    };

    private final long collectionsBefore = collections();
    private long collectionsSeen;
    private long collectedBytes;
    private long startUsedBytes;

    HeapMeter() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(listener, null, null);
                emitters.add(emitter);
            }
        }
    }

    /** Begins at nothing. */
    synchronized void start() {
        awaitNotifications();
        collectedBytes = 0;
        startUsedBytes = usedBytes();
    }

    /** What was allocated since the start. */
    synchronized long allocatedBytes() {
        awaitNotifications();
        return Math.max(0, usedBytes() - startUsedBytes + collectedBytes);
    }

    @Override
    public void close() {
        for (NotificationEmitter emitter : emitters) {
            try {
                emitter.removeNotificationListener(listener);
            } catch (ListenerNotFoundException e) {
                throw new IllegalStateException("the listener was added by the constructor", e);
            }
        }
    }

    private synchronized void note(GcInfo collection) {
        collectedBytes += heap(collection.getMemoryUsageBeforeGc()) - heap(collection.getMemoryUsageAfterGc());
        collectionsSeen++;
        notifyAll();
    }

    /** A collection is told of some time after it happened. */
    private void awaitNotifications() {
        long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
        long left = LONGEST_WAIT_NANOS;
        while (collectionsSeen < collections() - collectionsBefore && left > 0) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            left = deadline - System.nanoTime();
        }
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private static long heap(Map<String, MemoryUsage> pools) {
        long bytes = 0;
        for (Map.Entry<String, MemoryUsage> pool : pools.entrySet()) {
            if (isHeap(pool.getKey())) {
                bytes += pool.getValue().getUsed();
            }
        }
        return bytes;
    }

    private static boolean isHeap(String pool) {
        return !pool.contains("Code") && !pool.contains("Metaspace") && !pool.contains("Class Space");
    }

    private static long usedBytes() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
