package dev.millrace.bench.workload;

import dev.millrace.engine.operator.Source;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.state.file.FileOps;
import java.util.function.Supplier;

/** A source out of readers that need no file. */
record IndexSource<T>(Class<T> type, Supplier<? extends IndexReader> readers) implements Source<T> {
    @Override
    public void check(FileOps files) {}

    @Override
    public SourceReader open(FileOps files) {
        return readers.get();
    }
}
