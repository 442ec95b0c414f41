package dev.millrace.engine.internal.fit;

import dev.millrace.state.CommitRecord;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A commit record by the names of today. Numbers that are kept under names move with the names, and go with what is given up. */
final class RenamedCommit {
    private final CommitRecord stored;
    private final Names states;
    private final Names sources;
    private final Names sinks;

    RenamedCommit(CommitRecord stored, Names states, Names sources, Names sinks) {
        this.stored = stored;
        this.states = states;
        this.sources = sources;
        this.sinks = sinks;
    }

    CommitRecord record() {
        Map<String, Long> counters = new TreeMap<>();
        stored.counters().forEach((name, value) -> {
            String today = counter(name);
            if (today != null) {
                counters.put(today, value);
            }
        });
        Map<String, Long> watermarks = new TreeMap<>();
        stored.watermarks().forEach((name, value) -> {
            String today = watermark(name);
            if (today != null) {
                watermarks.put(today, value);
            }
        });
        return new CommitRecord(
                stored.epoch(),
                stored.isFinished(),
                sources.translated(stored.sourcePositions()),
                sinks.translated(stored.sinkLengths()),
                states.translated(stored.states()),
                counters,
                watermarks);
    }

    /** Counters of sources and sinks are {@code source.NAME.word} and {@code sink.NAME.word}; a word has no dot, a name may have. */
    private @Nullable String counter(String counter) {
        int dot = counter.lastIndexOf('.');
        for (Names names : new Names[] {sources, sinks}) {
            String prefix = names == sources ? "source." : "sink.";
            if (counter.startsWith(prefix) && dot > prefix.length()) {
                String name = counter.substring(prefix.length(), dot);
                if (names.stored().contains(name)) {
                    String today = names.today(name);
                    return today == null ? null : prefix + today + counter.substring(dot);
                }
            }
        }
        return counter;
    }

    /** Places of event time are {@code SOURCE.number.word}. */
    private @Nullable String watermark(String time) {
        int word = time.lastIndexOf('.');
        int number = word <= 0 ? -1 : time.lastIndexOf('.', word - 1);
        if (number > 0) {
            String name = time.substring(0, number);
            if (sources.stored().contains(name)) {
                String today = sources.today(name);
                return today == null ? null : today + time.substring(number);
            }
        }
        return time;
    }
}
