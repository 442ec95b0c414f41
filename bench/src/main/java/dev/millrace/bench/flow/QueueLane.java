package dev.millrace.bench.flow;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;

/** An object for each event in a queue. */
final class QueueLane implements EventLane {
    private final Queue<Event> queue;
    private final Backoff backoff = new Backoff();

    QueueLane(Queue<Event> queue) {
        this.queue = queue;
    }

    @Override
    public void produce(AtomicBoolean isStopped) {
        Backoff full = new Backoff();
        for (long i = 0; !isStopped.getOpaque(); i++) {
            Event event = new Event(i, i);
            while (!queue.offer(event) && !isStopped.getOpaque()) {
                full.pause();
            }
            full.reset();
        }
    }

    @Override
    public long consume(int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            Event event = queue.poll();
            while (event == null) {
                backoff.pause();
                event = queue.poll();
            }
            backoff.reset();
            sum += event.value();
        }
        return sum;
    }

    @Override
    public void close() {
        queue.clear();
    }
}
