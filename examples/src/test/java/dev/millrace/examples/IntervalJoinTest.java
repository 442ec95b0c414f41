package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IntervalJoinTest {
    @TempDir
    private Path directory;

    private String lines(String name, String... lines) throws IOException {
        return Files.write(directory.resolve(name), List.of(lines)).toString();
    }

    @Test
    void findsThePaymentsThatComeInTime() throws Exception {
        String orders = lines(
                "orders.csv",
                "number,customer,time",
                "1,ann,2001-01-01 08:00",
                "2,bob,2001-01-01 08:01",
                "3,eve,2001-01-01 08:03");
        String payments = lines(
                "payments.csv",
                "order,cents,time",
                "3,300,2001-01-01 08:02",
                "1,100,2001-01-01 08:30",
                "2,200,2001-01-01 09:01",
                "1,150,2001-01-01 09:01");
        Path paid = directory.resolve("paid.csv");
        IntervalJoin.main(new String[] {directory.resolve("state").toString(), orders, payments, paid.toString()});
        assertEquals(
                List.of("1,ann,100", "2,bob,200"),
                Files.readAllLines(paid).stream().skip(1).sorted().toList());
        assertThrows(IllegalArgumentException.class, () -> IntervalJoin.main(new String[0]));
    }
}
