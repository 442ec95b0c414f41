package dev.millrace.examples;

import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import java.nio.file.Path;

/** Finds what each sale is worth in a small table of prices, of which every task has a copy. */
public final class BroadcastJoin {
    private BroadcastJoin() {}

    /** What was sold. */
    public record Sale(long number, String product, int count) {}

    /** What one of it costs. */
    public record Price(String product, long cents) {}

    /** Both of them. */
    public record Priced(long number, long cents) {}

    static Pipeline pipeline(Path sales, Path prices, Path priced) {
        Pipeline pipeline = Pipeline.named("sales");
        var table =
                pipeline.source("prices", Sources.csvFile(prices, Price.class)).keyBy(Price::product);
        pipeline.source("sales", Sources.csvFile(sales, Sale.class))
                .keyBy(Sale::product)
                .join(table)
                .broadcast("priced", (sale, price) -> new Priced(sale.number(), sale.count() * price.cents()))
                .sink("priced", Sinks.csvFile(priced, Priced.class));
        return pipeline;
    }
}
