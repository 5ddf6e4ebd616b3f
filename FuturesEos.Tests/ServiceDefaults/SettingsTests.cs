using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

/// <summary>From the command line and the environment to an options class.</summary>
public class SettingsTests
{
    private sealed class Sample
    {
        [Setting("--interval", "how long")]
        public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(100);

        [ConfigurationKeyName("Skip")]
        [Setting("--skip-bad", "skips")]
        public bool SkipBad { get; set; }

        [Setting("--day", "which")]
        public DayOfWeek? Day { get; set; }
    }

    [Fact]
    public void the_command_line_wins_over_the_configuration_and_that_over_the_default()
    {
        Assert.Equal(100, Bind([]).Interval.TotalMilliseconds);
        Assert.Equal(200, Bind([], ("Sample:Interval", "200ms")).Interval.TotalMilliseconds);
        Assert.Equal(300, Bind(["--interval", "300ms"], ("Sample:Interval", "200ms")).Interval.TotalMilliseconds);
    }

    [Fact]
    public void an_empty_setting_is_one_that_was_not_given() =>
        Assert.Equal(100, Bind([], ("Sample:Interval", "")).Interval.TotalMilliseconds);

    [Fact]
    public void a_flag_takes_no_value_unless_written_with_equals()
    {
        Assert.True(Bind(["--skip-bad", "--interval=1s"]).SkipBad);
        Assert.False(Bind(["--skip-bad=false"], ("Sample:Skip", "true")).SkipBad);
    }

    [Theory]
    [InlineData("--interval")]
    [InlineData("--interval", "soon")]
    [InlineData("--interval", "100")]
    [InlineData("--interval", "1s", "--interval", "2s")]
    [InlineData("--intervall=1s")]
    [InlineData("--day", "7")]
    [InlineData("--day", "Mondaay")]
    public async Task a_wrong_line_is_a_usage_error(params string[] args) => Assert.Equal(
        ExitCode.Usage,
        await ServiceHost.RunAsync(args, Command(), _ => throw new InvalidOperationException("it ran")));

    [Fact]
    public void a_wrong_setting_is_a_usage_error_that_names_it()
    {
        var (code, message) = ServiceHost.Explain(
            Assert.ThrowsAny<Exception>(() => Bind([], ("Sample:Interval", "soon"))));
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("'soon' at 'Sample:Interval'", message);
        Assert.Contains("such as 100ms", message);
    }

    private static ServiceCommand Command() => new ServiceCommand("sample").Takes<Sample>("Sample");

    private static Sample Bind(string[] args, params (string Key, string Value)[] environment)
    {
        DurationConverter.Use();
        var builder = ServiceHost.CreateBuilder(Command().Parse(args));
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = environment.Select(e => new KeyValuePair<string, string?>(e.Key, e.Value)),
        });
        builder.AddSettings<Sample>("Sample");
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<Sample>>().Value;
    }
}
