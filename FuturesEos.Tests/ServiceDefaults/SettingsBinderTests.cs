using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Options;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

public class SettingsBinderTests
{
    private sealed class Sample
    {
        [Setting("--interval", "Sample:Interval", "how often")]
        public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(100);

        [Setting("--skip-bad", "Sample:SkipBad", "skips")]
        public bool SkipBad { get; set; }

        [Setting("--password", "Sample:Password", "secret", IsSecret = true)]
        public int Password { get; set; } = 4711;
    }

    private static readonly SettingsBinder Binder = new(typeof(Sample));

    private static Sample Bind(string[] args, params (string Key, string Value)[] settings) => Binder.Bind<Sample>(
        CommandLine.Parse(args, Binder.IsFlag),
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value))
            .Build());

    [Fact]
    public void the_command_line_wins_over_the_configuration_and_that_over_the_default()
    {
        Assert.Equal(100, Bind([]).Interval.TotalMilliseconds);
        Assert.Equal(200, Bind([], ("Sample:Interval", "200ms")).Interval.TotalMilliseconds);
        Assert.Equal(300, Bind(["--interval", "300ms"], ("Sample:Interval", "200ms")).Interval.TotalMilliseconds);
    }

    [Fact]
    public void a_flag_takes_no_value_unless_written_with_equals()
    {
        Assert.True(Bind(["--skip-bad", "--interval=1s"]).SkipBad);
        Assert.False(Bind(["--skip-bad=false"]).SkipBad);
    }

    [Theory]
    [InlineData("--interval")]
    [InlineData("--interval", "soon")]
    [InlineData("--interval", "1s", "--interval", "2s")]
    public void a_wrong_value_is_a_usage_error(params string[] args) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<ExpectedFailure>(() => Bind(args)).ExitCode);

    [Fact]
    public void an_unknown_option_is_refused_by_name()
    {
        var commandLine = CommandLine.Parse(["--intervall=1s"], Binder.IsFlag);
        Assert.Contains("--intervall", Assert.Throws<ExpectedFailure>(() => Binder.RefuseUnknown(commandLine)).Message);
    }

    [Fact]
    public void neither_help_nor_errors_show_a_secret()
    {
        var help = new StringWriter();
        Binder.WriteHelp(help, "usage");
        Assert.DoesNotContain("4711", help.ToString());
        Assert.Contains("Sample__Interval", help.ToString());
        Assert.DoesNotContain("hunter2", Assert.Throws<ExpectedFailure>(() => Bind(["--password", "hunter2"])).Message);
    }
}
