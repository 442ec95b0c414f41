package dev.millrace.bench.flow;

import java.util.concurrent.atomic.AtomicBoolean;

/** A way for events, a key and a value each, from one thread to one other. */
interface EventLane extends AutoCloseable {
    /** Events that rivals may be ahead: as many as some pages hold. */
    int SLOTS = 1 << 14;

    /** An event, where it is an object. */
    record Event(long key, long value) {}

    /** Sends events 0, 1, 2 and so on, each with its number as key and value, until it is told to stop. For the producer. */
    void produce(AtomicBoolean isStopped);

    /** Takes events and adds up their values. For the consumer. */
    long consume(int count) throws Exception;

    /** When neither side is at work any more. */
    @Override
    void close();

    /** Opens one. */
    static EventLane of(EventHandOver.Lane kind) {
        return switch (kind) {
            case PAGES -> new PageLane();
            case DISRUPTOR -> new DisruptorLane();
            case JCTOOLS_SPSC -> new QueueLane(new org.jctools.queues.varhandle.SpscVarHandleArrayQueue<>(SLOTS));
            case ARRAY_BLOCKING_QUEUE -> new QueueLane(new java.util.concurrent.ArrayBlockingQueue<>(SLOTS));
        };
    }
}
