using FuturesEos.ServiceDefaults.Options;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

public class DurationTests
{
    [Theory]
    [InlineData("100ms", 100)]
    [InlineData("30s", 30_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("00:00:00.1", 100)]
    public void a_duration_is_read_as_people_write_it(string text, double milliseconds)
    {
        Assert.True(DurationConverter.TryParse(text, out var value));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), value);
    }

    [Theory]
    [InlineData("100")]
    [InlineData("ms")]
    [InlineData("1e9d")]
    [InlineData("soon")]
    [InlineData("99999999999999d")]
    public void a_duration_that_could_mean_anything_is_refused(string text) =>
        Assert.False(DurationConverter.TryParse(text, out _));

    [Theory]
    [InlineData(100, "100ms")]
    [InlineData(30_000, "30s")]
    [InlineData(300_000, "5m")]
    [InlineData(1_500, "1500ms")]
    public void a_default_is_shown_in_the_largest_whole_unit(double milliseconds, string text) =>
        Assert.Equal(text, DurationConverter.Format(TimeSpan.FromMilliseconds(milliseconds)));
}
