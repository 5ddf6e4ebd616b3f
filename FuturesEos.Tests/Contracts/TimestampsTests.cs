using FuturesEos.Contracts;
using Xunit;

namespace FuturesEos.Tests.Contracts;

public class TimestampsTests
{
    [Theory]
    [InlineData(1_763_632_992_345, "2025-11-20T10:03:12.345Z")]
    [InlineData(1_763_632_992_300, "2025-11-20T10:03:12.300Z")]
    [InlineData(1_763_632_992_005, "2025-11-20T10:03:12.005Z")]
    [InlineData(1_763_632_992_000, "2025-11-20T10:03:12Z")]
    [InlineData(1_763_632_980_000, "2025-11-20T10:03:00Z")]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    [InlineData(Timestamps.EndMs - 1, "2099-12-31T23:59:59.999Z")]
    public void a_time_is_written_as_javas_instant_and_read_back(long ms, string text)
    {
        Assert.Equal(text, Timestamps.Format(ms));
        Assert.True(Timestamps.TryParse(text, out var read));
        Assert.Equal(ms, read);
    }

    [Theory] // the right column was printed by io.debezium.time.ZonedTimestamp 3.7.0.Final
    [InlineData(1_763_632_992_345_000, "2025-11-20T10:03:12.345Z")]
    [InlineData(1_763_632_992_300_000, "2025-11-20T10:03:12.3Z")]
    [InlineData(1_763_632_992_345_678, "2025-11-20T10:03:12.345678Z")]
    [InlineData(1_763_632_992_000_010, "2025-11-20T10:03:12.00001Z")]
    [InlineData(1_763_632_992_000_000, "2025-11-20T10:03:12Z")]
    [InlineData(1_763_632_980_000_000, "2025-11-20T10:03:00Z")]
    public void a_database_time_is_written_as_debezium_does(long micros, string text) =>
        Assert.Equal(text, Timestamps.FormatZoned(micros));

    [Theory]
    [InlineData("2025-11-20T11:03:12.345+01:00", true)]
    [InlineData("2025-11-20T10:03:12.345000Z", true)]
    [InlineData("2025-11-20T10:03:12.3451Z", false)]
    [InlineData("2025-11-20T10:03:12.345", false)]
    [InlineData("2025-11-20", false)]
    [InlineData("1763632992345", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void a_time_needs_its_zone_and_no_more_than_milliseconds(string? text, bool isRead)
    {
        Assert.Equal(isRead, Timestamps.TryParse(text, out var ms));
        if (isRead) Assert.Equal(1_763_632_992_345, ms);
    }
}
