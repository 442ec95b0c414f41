package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.runtime.Channel.Kind;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ChannelTest {
    @Test
    void refusesAnEntryBeyondItsCapacityAndTakesOneWhenThereIsRoomAgain() {
        Channel channel = new Channel(3);
        for (int i = 0; i < 3; i++) {
            assertTrue(channel.offer(Kind.PAGE, i));
        }
        assertFalse(channel.offer(Kind.PAGE, 3));
        assertEquals(Kind.PAGE, channel.kind());
        assertEquals(0, channel.take());
        assertTrue(channel.offer(Kind.LAST_BARRIER, 7));
        assertFalse(channel.offer(Kind.PAGE, 4));
    }

    @Test
    void refusesToBeTooSmall() {
        assertThrows(IllegalArgumentException.class, () -> new Channel(1));
    }

    @Test
    void doesWhatAQueueDoes() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            int capacity = 2 + random.nextInt(7);
            Channel channel = new Channel(capacity);
            ArrayDeque<Long> model = new ArrayDeque<>();
            for (long i = 0; i < 2000; i++) {
                String context = "seed=" + seed + ", step=" + i;
                if (random.nextBoolean()) {
                    assertEquals(model.size() < capacity, channel.offer(kindOf(i), i), context);
                    if (model.size() < capacity) {
                        model.add(i);
                    }
                } else {
                    assertEquals(model.isEmpty(), channel.isEmpty(), context);
                    if (!model.isEmpty()) {
                        long expected = model.remove();
                        assertEquals(kindOf(expected), channel.kind(), context);
                        assertEquals(expected, channel.take(), context);
                    }
                }
            }
        }
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // Nothing relies on it: a yield is only quicker where there is one core.
    void keepsTheOrderBetweenTwoThreads() throws Exception {
        int count = 1_000_000;
        Channel channel = new Channel(5);
        CompletableFuture<Long> consumer = CompletableFuture.supplyAsync(() -> {
            long wrong = 0;
            for (long expected = 0; expected < count; expected++) {
                while (channel.isEmpty()) {
                    Thread.onSpinWait();
                    Thread.yield();
                }
                Kind kind = channel.kind();
                wrong += kind == kindOf(expected) && channel.take() == expected ? 0 : 1;
            }
            return wrong;
        });
        for (long i = 0; i < count; i++) {
            while (!channel.offer(kindOf(i), i)) {
                Thread.yield();
            }
        }
        assertEquals(0, consumer.get(60, TimeUnit.SECONDS));
        assertTrue(channel.isEmpty());
    }

    private static Kind kindOf(long value) {
        return Kind.values()[(int) (value % Kind.values().length)];
    }
}
