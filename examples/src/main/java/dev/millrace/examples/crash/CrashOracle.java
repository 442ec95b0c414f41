package dev.millrace.examples.crash;

import dev.millrace.examples.crash.CrashWorkload.Payment;
import dev.millrace.examples.crash.CrashWorkload.Sum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the job must have written in the end, computed without an engine, and how what it wrote differs from that. */
final class CrashOracle {
    /**
     * How outputs differ from what they must be.
     *
     * @param lost lines that are missing
     * @param doubled lines that are there more than once
     * @param torn lines that should not be there at all, and ends in the middle of a line
     * @param example one of the lines that differ, empty if none does
     */
    record Difference(long lost, long doubled, long torn, String example) {
        static final Difference NONE = new Difference(0, 0, 0, "");

        Difference plus(Difference other) {
            return new Difference(
                    lost + other.lost,
                    doubled + other.doubled,
                    torn + other.torn,
                    example.isEmpty() ? other.example : example);
        }

        boolean isNone() {
            return lost == 0 && doubled == 0 && torn == 0;
        }
    }

    private record Session(Instant start, Instant last, Sum sum) {}

    /** How often each line must be in each output. */
    private final Map<String, Map<String, Integer>> expected = new TreeMap<>();

    CrashOracle(List<Payment> payments) {
        CrashWorkload.SINKS.forEach(sink -> expected.put(sink, new HashMap<>()));
        expect(CrashWorkload.WINDOWS, "account,start_millis,payments,cents");
        expect(CrashWorkload.SESSIONS, "account,start_millis,end_millis,cents");
        expect(CrashWorkload.TOTALS, "number,account,payments,cents");
        expect(CrashWorkload.REMINDERS, "account,at_millis");
        Set<String> reminders = new HashSet<>();
        Map<List<Object>, Sum> windows = new HashMap<>();
        Map<Integer, Session> sessions = new HashMap<>();
        Map<Integer, Sum> totals = new HashMap<>();
        for (Payment payment : payments) {
            int account = payment.account();
            long windowMillis = CrashWorkload.WINDOW.toMillis();
            long start = payment.time().toEpochMilli() / windowMillis * windowMillis;
            windows.merge(List.of(account, start), Sum.NONE.plus(payment), Sum::plus);
            Sum total = totals.merge(account, Sum.NONE.plus(payment), Sum::plus);
            expect(
                    CrashWorkload.TOTALS,
                    payment.number() + "," + account + "," + total.payments() + "," + total.cents());
            addToSession(sessions, payment);
            reminders.add(account + "," + CrashWorkload.reminderOf(payment).toEpochMilli());
        }
        reminders.forEach(line -> expect(CrashWorkload.REMINDERS, line));
        windows.forEach((key, sum) -> expect(
                CrashWorkload.WINDOWS, key.get(0) + "," + key.get(1) + "," + sum.payments() + "," + sum.cents()));
        sessions.forEach(this::endSession);
    }

    private void expect(String sink, String line) {
        expected.get(sink).merge(line, 1, Integer::sum);
    }

    private void addToSession(Map<Integer, Session> sessions, Payment payment) {
        Session open = sessions.get(payment.account());
        if (open != null && !payment.time().isBefore(open.last().plus(CrashWorkload.GAP))) {
            endSession(payment.account(), open);
            open = null;
        }
        Instant start = open == null ? payment.time() : open.start();
        Sum before = open == null ? Sum.NONE : open.sum();
        sessions.put(payment.account(), new Session(start, payment.time(), before.plus(payment)));
    }

    private void endSession(int account, Session session) {
        expect(
                CrashWorkload.SESSIONS,
                account + "," + session.start().toEpochMilli() + ","
                        + session.last().plus(CrashWorkload.GAP).toEpochMilli() + ","
                        + session.sum().cents());
    }

    /** Compares all outputs of a job that has ended. */
    Difference compare(Path outputs) throws IOException {
        Difference all = Difference.NONE;
        for (String sink : CrashWorkload.SINKS) {
            all = all.plus(compare(sink, Files.readString(outputs.resolve(sink))));
        }
        return all;
    }

    private Difference compare(String sink, String text) {
        Map<String, Integer> left = new HashMap<>(expected.get(sink));
        Map<String, Integer> wanted = expected.get(sink);
        long doubled = 0;
        long torn = text.endsWith("\n") ? 0 : 1;
        String example = "";
        for (String line : text.lines().toList()) {
            int count = left.merge(line, -1, Integer::sum);
            if (count < 0) {
                boolean isKnown = wanted.containsKey(line);
                doubled += isKnown ? 1 : 0;
                torn += isKnown ? 0 : 1;
                example = sink + ": " + line;
            }
        }
        long lost = 0;
        for (Map.Entry<String, Integer> entry : left.entrySet()) {
            if (entry.getValue() > 0) {
                lost += entry.getValue();
                example = sink + ": " + entry.getKey();
            }
        }
        return new Difference(lost, doubled, torn, example);
    }
}
