package dev.millrace.engine.internal.check;

import static dev.millrace.engine.internal.check.RecoveryPlan.bytes;
import static dev.millrace.engine.internal.check.RecoveryPlan.count;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.epoch.SinkCounters;
import dev.millrace.engine.internal.file.LinePosition;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.StateInspection;
import dev.millrace.state.StateSchema;
import dev.millrace.state.StateSizes;
import dev.millrace.state.log.LogInspection;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a state directory holds, as text for people. Used by one thread. */
public final class InspectionText {
    private static final String NONE = "-";

    private final StateInspection inspection;
    private final StringBuilder text = new StringBuilder();

    private InspectionText(StateInspection inspection) {
        this.inspection = inspection;
    }

    /** @param epochCount how many of the last epochs are shown one by one */
    public static String of(StateInspection inspection, int epochCount) {
        InspectionText report = new InspectionText(inspection);
        report.directory();
        inspection.lastCommit().ifPresent(report::commit);
        inspection.log().ifPresent(log -> report.log(log, epochCount));
        inspection.stores().forEach(report::store);
        report.list("started again, a job would", RecoveryPlan.of(inspection));
        report.list("problems", inspection.problems().isEmpty() ? List.of("none") : inspection.problems());
        return report.text.toString();
    }

    private void title(String title) {
        text.append('\n').append(title).append('\n');
    }

    private void list(String title, List<String> lines) {
        title(title + ":");
        lines.forEach(line -> text.append("  * ").append(line).append('\n'));
    }

    private void fact(String name, Object value) {
        text.append(String.format(Locale.ROOT, "%-13s%s%n", name + ":", value));
    }

    private void directory() {
        fact("directory", inspection.path());
        Optional<StateInspection.Owner> owner = inspection.owner();
        String unknown = inspection.isBegun() ? "not known" : "none yet";
        fact("job", owner.map(StateInspection.Owner::job).orElse(unknown));
        fact("fingerprint", owner.map(StateInspection.Owner::fingerprint).orElse(unknown));
        fact(
                "store",
                owner.map(each -> each.storeKind().toLowerCase(Locale.ROOT)).orElse(unknown));
        fact(
                "in use",
                inspection
                        .lockHolder()
                        .map(holder -> "yes: " + holder + "; what follows is of one moment")
                        .orElse("no"));
        fact(
                "committed",
                inspection
                        .lastCommit()
                        .map(commit -> "epoch " + commit.epoch()
                                + (commit.isFinished() ? ", the last one: the job has ended" : ", the job can go on"))
                        .orElse("nothing"));
    }

    private void commit(CommitRecord commit) {
        sources(commit);
        times(commit.watermarks());
        sinks(commit);
        states(commit.states());
    }

    private void sources(CommitRecord commit) {
        TextTable table = new TextTable("source", ">events", ">skipped", "position");
        commit.sourcePositions().forEach((source, position) -> {
            Map<String, Long> counters = commit.counters();
            table.row(
                    source,
                    number(counters.get("source." + source + ".events")),
                    number(counters.get("source." + source + ".skipped")),
                    place(position));
        });
        add(table);
    }

    private static String number(Long count) {
        return count == null ? NONE : String.format(Locale.ROOT, "%,d", count);
    }

    private static String place(byte[] position) {
        return LinePosition.parse(position)
                .map(place ->
                        String.format(Locale.ROOT, "behind line %,d, byte %,d", place.lineCount(), place.offsetBytes()))
                .orElseGet(() -> position.length == 0 ? "none" : HexFormat.of().formatHex(position));
    }

    private void times(Map<String, Long> times) {
        TextTable table = new TextTable("event time", "latest event", "watermark");
        String end = Barrier.watermarkName("");
        times.forEach((name, watermark) -> {
            if (name.endsWith(end)) {
                String of = name.substring(0, name.length() - end.length());
                table.row(of, time(times.getOrDefault(Barrier.latestName(of), Long.MIN_VALUE)), time(watermark));
            }
        });
        add(table);
    }

    private static String time(long millis) {
        return millis == Long.MIN_VALUE ? "none yet" : millis == Long.MAX_VALUE ? "end" : format(millis);
    }

    private static String format(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private void sinks(CommitRecord commit) {
        TextTable table = new TextTable("sink", ">rows", ">committed", ">of it durable");
        commit.sinkLengths()
                .forEach((sink, committed) -> table.row(
                        sink,
                        number(commit.counters().get("sink." + sink + ".rows")),
                        bytes(committed),
                        bytes(commit.counters().getOrDefault(SinkCounters.durableBytesOf(sink), 0L))));
        add(table);
    }

    private void states(Map<String, StateSchema> states) {
        boolean isInOne =
                states.values().stream().allMatch(schema -> schema.store().isEmpty());
        TextTable table = isInOne
                ? new TextTable(">id", "state", ">entries", ">keys", ">values", "key", "value")
                : new TextTable(">id", "state", ">entries", ">keys", ">values", "key", "value", "store");
        Optional<StateSizes> sizes = inspection.sizes();
        states.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> entry.getValue().id()))
                .forEach(entry -> {
                    StateSchema schema = entry.getValue();
                    Optional<StateSizes.Size> size = sizes.map(all -> all.of(schema.id()));
                    List<Object> row = new ArrayList<>(List.of(
                            schema.id(),
                            entry.getKey(),
                            size.map(each -> number(each.entryCount())).orElse(NONE),
                            size.map(each -> bytes(each.keyBytes())).orElse(NONE),
                            size.map(each -> bytes(each.valueBytes())).orElse(NONE),
                            SchemaLine.of(schema.keyDescriptor(), schema.keySchema()),
                            SchemaLine.of(schema.valueDescriptor(), schema.valueSchema())));
                    if (!isInOne) {
                        row.add(storeOf(schema));
                    }
                    table.row(row.toArray());
                });
        add(table);
    }

    private String storeOf(StateSchema schema) {
        String own = inspection.owner().map(StateInspection.Owner::storeKind).orElse(NONE);
        return (schema.store().isEmpty() ? own : schema.store()).toLowerCase(Locale.ROOT);
    }

    private void add(TextTable table) {
        if (!table.isEmpty()) {
            text.append('\n');
            table.addTo(text);
        }
    }

    private void log(LogInspection log, int epochCount) {
        title("log: " + count(log.segments().size(), "file") + ", " + bytes(log.sizeBytes()) + ", "
                + count(log.epochs().size(), "committed epoch")
                + (log.trimmedEpoch() > 0 ? ", cut up to epoch " + log.trimmedEpoch() : ""));
        TextTable segments = new TextTable("file", ">size", ">records");
        log.segments()
                .forEach(segment ->
                        segments.row(name(segment.file()), bytes(segment.sizeBytes()), number(segment.recordCount())));
        segments.addTo(text);
        int hidden = Math.max(0, log.epochs().size() - epochCount);
        TextTable epochs = new TextTable(">epoch", ">parts", ">state", ">output", "file", "");
        if (epochCount > 0) {
            text.append('\n');
            OptionalLong storeEpoch = inspection.storesEpoch();
            log.epochs().stream().skip(hidden).forEach(epoch -> {
                boolean isInStore = storeEpoch.isPresent() && epoch.epoch() <= storeEpoch.getAsLong();
                epoch(epochs, epoch, isInStore ? "in the store" : "committed");
            });
            log.uncommitted().forEach(epoch -> epoch(epochs, epoch, "not committed"));
            epochs.addTo(text);
        }
        if (hidden > 0) {
            text.append("  ").append(count(hidden, "earlier epoch")).append(" not shown, see --epochs\n");
        }
    }

    private static void epoch(TextTable table, LogInspection.Epoch epoch, String what) {
        table.row(
                epoch.epoch(),
                epoch.partCount(),
                bytes(StateInspection.stateBytes(epoch)),
                bytes(epoch.bytesOf(DurableState.SINK)),
                name(epoch.file()),
                what);
    }

    private void store(StateInspection.Store store) {
        long sizeBytes = store.files().stream()
                .mapToLong(StateInspection.FileSize::sizeBytes)
                .sum();
        title("store: " + store.kind().name().toLowerCase(Locale.ROOT) + ", equals epoch " + store.durableEpoch() + ", "
                + count(store.files().size(), "file") + ", " + bytes(sizeBytes));
        TextTable table = new TextTable("file", ">size", "");
        store.files().forEach(file -> table.row(name(file.file()), bytes(file.sizeBytes()), ""));
        store.leftovers().forEach(file -> table.row(name(file.file()), bytes(file.sizeBytes()), "not in use"));
        table.addTo(text);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
