package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.plan.Node;
import java.util.List;

/**
 * The channels from one task over one edge of the plan. Used by the thread that starts the job.
 *
 * @param input the operator whose events go through them
 * @param consumers whom the channels lead to, one each
 */
record Link(Node input, Task producer, List<Task> consumers, List<Channel> channels) {
    /**
     * Makes the channels.
     *
     * @param entries of each
     */
    static Link between(Node input, Task producer, List<Task> consumers, Transport transport, int entries) {
        List<Channel> channels = consumers.stream()
                .map(consumer -> transport.channel(producer.name(), consumer.name(), entries))
                .toList();
        return new Link(input, producer, consumers, channels);
    }

    boolean leadsTo(Task consumer) {
        return consumers.contains(consumer);
    }

    Channel channelTo(Task consumer) {
        return channels.get(consumers.indexOf(consumer));
    }

    /** What the producer writes to. */
    ChannelTarget target(BlockAllocator allocator) {
        return new ChannelTarget(channels.toArray(new Channel[0]), consumers.toArray(new Task[0]), allocator);
    }
}
