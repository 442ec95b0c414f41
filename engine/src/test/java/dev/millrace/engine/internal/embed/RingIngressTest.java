package dev.millrace.engine.internal.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.testkit.TestTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an offer is told before a job reads, while it does, and after. */
final class RingIngressTest {
    private static final int CAPACITY_BYTES = 8192;
    private static final int ROUNDS = 3_000;

    record Tick(long number) {}

    private final TestTask task = new TestTask();

    @AfterEach
    void closeTask() {
        task.close();
    }

    private EventRing open(RingIngress<Tick> ingress) {
        return ingress.attach(task.allocator(), () -> 0, () -> {}, beforeOffers -> {});
    }

    @Test
    void refusesUntilAJobReadsAndTellsThatItHasEnded() {
        RingIngress<Tick> ingress = new RingIngress<>(Tick.class, CAPACITY_BYTES);
        assertFalse(ingress.offer(new Tick(1)));
        EventRing first = open(ingress);
        assertTrue(ingress.offer(new Tick(1)));
        ingress.detach(first);
        String message = assertThrows(IllegalStateException.class, () -> ingress.offer(new Tick(2)))
                .getMessage();
        assertTrue(message.contains("has ended"), message);
    }

    @Test
    void takesNothingBeforeTheReaderIsReady() {
        RingIngress<Tick> ingress = new RingIngress<>(Tick.class, CAPACITY_BYTES);
        EventRing ring = ingress.attach(
                task.allocator(), () -> 0, () -> {}, beforeOffers -> assertFalse(ingress.offer(new Tick(1))));
        ingress.detach(ring);
    }

    @Test
    void takesEventsAgainFromTheNextJob() {
        RingIngress<Tick> ingress = new RingIngress<>(Tick.class, CAPACITY_BYTES);
        ingress.detach(open(ingress));
        EventRing second = open(ingress);
        assertTrue(ingress.offer(new Tick(1)));
        ingress.detach(second);
    }

    @Test
    void doesNotTakeAJobThatIsJustComingForOneThatHasEnded() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        for (int round = 0; round < ROUNDS; round++) {
            RingIngress<Tick> ingress = new RingIngress<>(Tick.class, CAPACITY_BYTES);
            CompletableFuture<Integer> refused = CompletableFuture.supplyAsync(() -> offerUntilTaken(ingress, start));
            start.await();
            EventRing ring = open(ingress);
            assertTrue(refused.get() >= 0);
            ingress.detach(ring);
        }
        assertEquals(0, task.liveBytes());
    }

    /** How often it was refused; throws what an offer throws. */
    private static int offerUntilTaken(RingIngress<Tick> ingress, CyclicBarrier start) {
        try {
            start.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        int refused = 0;
        while (!ingress.offer(new Tick(refused))) {
            refused++;
        }
        return refused;
    }
}
