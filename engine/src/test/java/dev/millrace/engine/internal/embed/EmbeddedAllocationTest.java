package dev.millrace.engine.internal.embed;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.KeyedHead;
import dev.millrace.engine.internal.chain.PageTarget;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.SourceHead;
import dev.millrace.engine.internal.plan.BranchNodes.SplitNode;
import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.Node.FlatMapNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.internal.plan.Node.PeekNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.OutputNodes.CallbackNode;
import dev.millrace.engine.internal.testkit.Garbage;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.engine.stream.FlatMapFunction;
import dev.millrace.engine.stream.SideOutput;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events that a program offers leave nothing on the heap, whatever stateless operators they go through. */
final class EmbeddedAllocationTest {
    private static final int RECORDS = 1024;

    record Tick(long number, int kind, double price) {}

    record Priced(long number, double price) {}

    private final TestTask task = new TestTask();
    private final SourceNode source = new SourceNode("ticks", new RingIngress<>(Tick.class, 1 << 20));
    private double sum;

    @AfterEach
    void closeTask() {
        task.close();
    }

    @Test
    void aFunctionOfTheProgramAtTheEnd() {
        Consumer<Priced> add = priced -> sum += priced.price();
        Receiver end = ChainOperators.callback(new CallbackNode(source, "end", Erased.consumer(add)), "rows");
        check("callback", priced(0.5, end));
    }

    @Test
    void peekAndSplit() {
        Consumer<Priced> look = priced -> sum -= priced.price();
        Predicate<Priced> isEven = priced -> priced.number() % 2 == 0;
        Receiver both = ChainOperators.split(
                new SplitNode(source, Erased.predicate(isEven)),
                priced(0.25, ChainOperators.counting("even")),
                ChainOperators.counting("odd"));
        check(
                "peek, split",
                priced(0.75, ChainOperators.peek(new PeekNode(source, Erased.consumer(look)), again(both))));
    }

    @Test
    void severalEventsOutOfOneAndSideOutputs() {
        SideOutput<Priced> odd = SideOutput.of(Priced.class);
        SideOutput<Priced> unread = SideOutput.of(Priced.class);
        FlatMapFunction<Priced, Priced> function = (priced, out) -> {
            out.emit(new Priced(priced.number(), priced.price() + 1));
            if (priced.number() % 2 == 1) {
                out.emit(odd, new Priced(priced.number(), priced.price() + 2));
                out.emit(new Priced(priced.number(), priced.price() + 3));
            }
            if (priced.number() % 5 == 1) {
                out.emit(unread, new Priced(priced.number(), 4));
            }
        };
        FlatMapNode node = new FlatMapNode(source, Erased.flatMap(function), Priced.class);
        Receiver flat = ChainOperators.flatMap(
                node,
                again(ChainOperators.counting("main")),
                List.of(odd),
                List.of(again(ChainOperators.counting("side"))),
                ChainOperators.counting("unread"));
        check("flat map", priced(0.125, flat));
    }

    @Test
    void resultsThatAProgramTakes() {
        LaneEgress<Priced> egress = new LaneEgress<>(Priced.class, 1 << 20, false);
        EgressRun run = task.own(egress.begin(task.allocator(), () -> 0));
        Receiver end = EgressOperators.make(egress, run, "rows");
        EgressLane lane = run.lanes().get(0);
        check("egress", priced(0.625, end), () -> {
            while (lane.peek() != 0) {
                lane.take();
            }
        });
    }

    @Test
    void fromOneChainToAnother() {
        KeyedHead head = ChainOperators.gather(Priced.class, task, again(ChainOperators.counting("behind")));
        check("scatter, gather", priced(0.375, ChainOperators.scatter(Priced.class, task, new TwoWays(head))));
    }

    /** Each chain has functions of its own. */
    private Receiver priced(double factor, Receiver next) {
        Function<Object, Object> price = event -> event instanceof Tick tick
                ? new Priced(tick.number(), tick.price() * factor)
                : new Priced(((Priced) event).number() + 1, ((Priced) event).price() * factor);
        return ChainOperators.map(new MapNode(source, price, Priced.class), next);
    }

    private Receiver again(Receiver next) {
        Function<Priced, Priced> raise = priced -> new Priced(priced.number() + 1, priced.price() + 1);
        return ChainOperators.map(new MapNode(source, Erased.function(raise), Priced.class), next);
    }

    private void check(String what, Receiver chain) {
        check(what, chain, () -> {});
    }

    private void check(String what, Receiver chain, Runnable after) {
        RingIngress<Tick> ingress = new RingIngress<>(Tick.class, 1 << 20);
        SourceHead head = ChainOperators.source(task.own(ingress.open(task.allocator(), () -> 0, () -> {})), 0, chain);
        Tick[] ticks = new Tick[RECORDS];
        for (int i = 0; i < RECORDS; i++) {
            ticks[i] = new Tick(i, i % 3, i * 0.25);
        }
        task.adopt();
        Garbage.assertEndsWithout(what, events -> {
            for (int i = 0; i < events; i++) {
                if (!ingress.offer(ticks[i])) {
                    throw new AssertionError("ring is full: event=" + i);
                }
            }
            head.run(events);
            after.run();
        });
    }

    /** Both partitions are processed at once. */
    private record TwoWays(KeyedHead head) implements PageTarget {
        @Override
        public int partitions() {
            return 2;
        }

        @Override
        public long send(int partition, long page) {
            head.process(page);
            return page;
        }

        @Override
        public void watermark(long watermark) {}

        @Override
        public void barrier(Barrier barrier) {}

        @Override
        public void flush() {}
    }
}
