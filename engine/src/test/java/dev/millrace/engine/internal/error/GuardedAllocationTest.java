package dev.millrace.engine.internal.error;

import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.SourceHead;
import dev.millrace.engine.internal.embed.RingIngress;
import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.Node.FilterNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.internal.plan.Node.PeekNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.testkit.Garbage;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.engine.stream.DeadLetter;
import dev.millrace.engine.stream.ErrorPolicy;
import dev.millrace.engine.stream.SideOutput;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A policy costs nothing on the heap while no function fails, except for a map: it builds the event that it may have to show. */
final class GuardedAllocationTest {
    private static final int RECORDS = 1024;

    record Tick(long number, int kind, double price) {}

    record Priced(long number, double price) {}

    private final TestTask task = new TestTask();
    private final SourceNode source = new SourceNode("ticks", new RingIngress<>(Tick.class, 1 << 20));
    private final ErrorPolicy policy = ErrorPolicy.retry(2).thenSkipTo(SideOutput.of(DeadLetter.class));
    private double sum;

    @AfterEach
    void closeTask() {
        task.close();
    }

    private ErrorGuard guard(String name) {
        return new ErrorGuard(name, policy, ChainOperators.counting("letters." + name), () -> "");
    }

    @Test
    void aFilterUnderAPolicyLeavesNothing() {
        Predicate<Priced> isWanted = priced -> priced.number() % 7 != 0;
        check(
                "filter",
                GuardedOperators.filter(new FilterNode(source, Erased.predicate(isWanted)), guard("filter"), end(2)));
    }

    @Test
    void aPeekUnderAPolicyLeavesNothing() {
        Consumer<Priced> look = priced -> sum += priced.price();
        check("peek", GuardedOperators.peek(new PeekNode(source, Erased.consumer(look)), guard("peek"), end(3)));
    }

    /** Makes a further record of each, and drops it. */
    private Receiver end(int step) {
        Function<Priced, Priced> raise = priced -> new Priced(priced.number() + step, priced.price() + 1);
        return ChainOperators.map(
                new MapNode(source, Erased.function(raise), Priced.class), ChainOperators.counting("end"));
    }

    private void check(String what, Receiver guarded) {
        Function<Tick, Priced> price = tick -> new Priced(tick.number(), tick.price() * what.length());
        Receiver chain = ChainOperators.map(new MapNode(source, Erased.function(price), Priced.class), guarded);
        RingIngress<Tick> ingress = new RingIngress<>(Tick.class, 1 << 20);
        SourceHead head = ChainOperators.source(task.own(ingress.open(task.allocator(), () -> 0, () -> {})), 0, chain);
        Tick[] ticks = new Tick[RECORDS];
        for (int i = 0; i < RECORDS; i++) {
            ticks[i] = new Tick(i, i % 3, i * 0.25);
        }
        task.adopt();
        Garbage.assertEndsWithout(what + " under a policy", events -> {
            for (int i = 0; i < events; i++) {
                if (!ingress.offer(ticks[i])) {
                    throw new AssertionError("ring is full: event=" + i);
                }
            }
            head.run(events);
        });
    }
}
