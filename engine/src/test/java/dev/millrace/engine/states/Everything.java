package dev.millrace.engine.states;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.AggregatingState;
import dev.millrace.engine.stream.KeyedProcess;
import dev.millrace.engine.stream.ListState;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.ReducingState;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.ValueState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** Uses every kind of state as a {@link Step} says, and tells after each what is there. */
record Everything(One one, Many many) implements KeyedProcess<String, Step, Everything.Line> {
    /** What was there behind a step. */
    record Line(long id, String text) {}

    record One(
            ValueState<Sum> fixed,
            ValueState<Note> note,
            ReducingState<Sum> reducing,
            AggregatingState<Long, Sum> all) {}

    record Many(
            MapState<String, Sum> sums, MapState<Long, Note> notes, ListState<Note> list, ListState<Long> numbers) {}

    /** @param lifeMillis how long everything lasts in event time, 0 for ever */
    static State.All<Everything> declare(long lifeMillis) {
        Aggregate<Long, Sum> sums = Aggregate.of(Sum.NONE, Sum::plus);
        State.Value<Sum> fixed = State.value("fixed", Sum.class, Sum.NONE);
        State.Value<Note> note = State.value("note", Note.class);
        State.Reducing<Sum> reducing = State.reducing("reducing", Sum.class, Sum::plus);
        State.Aggregating<Long, Sum> all = State.aggregating("all", sums);
        State.MapOf<String, Sum> sumsByName = State.map("sums", String.class, Sum.class);
        State.MapOf<Long, Note> notes = State.map("notes", Long.class, Note.class);
        State.ListOf<Note> list = State.list("list", Note.class);
        State.ListOf<Long> numbers = State.list("numbers", Long.class);
        if (lifeMillis == 0) {
            return State.all(
                    State.all(fixed, note, reducing, all, One::new),
                    State.all(sumsByName, notes, list, numbers, Many::new),
                    Everything::new);
        }
        Duration life = Duration.ofMillis(lifeMillis);
        return State.all(
                State.all(
                        fixed.expiresAfter(life, TimeKind.EVENT),
                        note.expiresAfter(life, TimeKind.EVENT),
                        reducing.expiresAfter(life, TimeKind.EVENT),
                        all.expiresAfter(life, TimeKind.EVENT),
                        One::new),
                State.all(
                        sumsByName.expiresAfter(life, TimeKind.EVENT),
                        notes.expiresAfter(life, TimeKind.EVENT),
                        list.expiresAfter(life, TimeKind.EVENT),
                        numbers.expiresAfter(life, TimeKind.EVENT),
                        Many::new),
                Everything::new);
    }

    @Override
    public void on(Step step, Output<Line> out) {
        long number = step.number();
        switch (step.operation()) {
            case 0 -> one.fixed.set(Sum.of(number));
            case 1 -> one.fixed.update(sum -> sum.plus(number));
            case 2 -> one.fixed.clear();
            case 3 -> one.note.set(new Note(step.name(), number));
            case 4 -> {
                if (one.note.isPresent()) {
                    one.note.update(note -> new Note(note.text() + step.name(), number));
                }
            }
            case 5 -> one.reducing.add(Sum.of(number));
            case 6 -> one.all.add(number);
            case 7 -> {
                if (number < 30) {
                    one.reducing.clear();
                    one.all.clear();
                    one.note.clear();
                }
            }
            case 8, 9 -> many.sums.put(step.name(), Sum.of(number));
            case 10 -> many.sums.update(step.name(), Sum.NONE, sum -> sum.plus(number));
            case 11 -> many.sums.remove(step.name());
            case 12 -> many.notes.put(number % 20, new Note(step.name(), number));
            case 13 -> many.notes.removeIf((key, note) -> key % 3 == number % 3);
            case 14 -> {
                for (Iterator<Map.Entry<Long, Note>> notes = many.notes.iterator(); notes.hasNext(); ) {
                    if (notes.next().getValue().number() % 2 == 0) {
                        notes.remove();
                    }
                }
            }
            case 15 -> many.list.add(new Note(step.name().repeat((int) number % 5), number));
            case 16 -> addSome(number);
            case 17 -> many.list.removeFirst(number % 4);
            case 18 -> many.numbers.keepLast(number * 2);
            default -> {
                if (number < 10) {
                    many.sums.clear();
                    many.list.clear();
                }
            }
        }
        out.emit(new Line(step.id(), text()));
    }

    private void addSome(long number) {
        for (long i = 0; i < number; i++) {
            many.numbers.add(number * 1000 + i);
        }
    }

    private String text() {
        StringJoiner text = new StringJoiner("; ");
        text.add("fixed " + one.fixed.isPresent() + " " + one.fixed.get());
        text.add("note " + one.note.isPresent() + " " + one.note.get());
        text.add("reducing " + one.reducing.isPresent() + " " + one.reducing.get());
        text.add("all " + one.all.isPresent() + " " + one.all.get());
        Map<String, Sum> sums = new TreeMap<>();
        many.sums.forEach(sums::put);
        text.add("sums " + many.sums.size() + " " + sums);
        Map<Long, Note> notes = new TreeMap<>();
        many.notes.forEach(entry -> notes.put(entry.getKey(), entry.getValue()));
        text.add("notes " + many.notes.size() + " " + notes + " " + many.notes.get(7L) + many.notes.contains(8L));
        List<Note> list = new ArrayList<>();
        many.list.forEach(list::add);
        text.add("list " + many.list.size() + " " + list);
        long sum = 0;
        for (long number : many.numbers) {
            sum = sum * 31 + number;
        }
        text.add("numbers " + many.numbers.size() + " " + many.numbers.isEmpty() + " " + sum);
        return text.toString().replace(',', '.').replace('"', '\'');
    }
}
