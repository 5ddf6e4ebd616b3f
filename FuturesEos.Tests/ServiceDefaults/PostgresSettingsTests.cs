using FuturesEos.OrderManager;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Postgres;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

/// <summary>How a connection string is completed.</summary>
public class PostgresSettingsTests
{
    [Fact]
    public void what_the_user_sets_wins_over_what_the_service_sets()
    {
        var settings = new NpgsqlConnectionStringBuilder(PostgresSettings.From(
            "Host=db;Password=secret;ApplicationName=mine;TCP Keepalive Time=3", OrderService.PostgresDefaults)
            .ConnectionString);
        Assert.Equal(("db", "secret"), (settings.Host, settings.Password));
        Assert.Equal(("mine", 3, 4), (settings.ApplicationName, settings.TcpKeepAliveTime, settings.MaxPoolSize));
        Assert.True(settings.TcpKeepAlive);
    }

    [Fact]
    public void a_setting_with_the_drivers_own_default_wins_too()
    {
        var settings = new NpgsqlConnectionStringBuilder(PostgresSettings.From(
            "Host=db;Max Auto Prepare=0;Tcp Keepalive=false", OrderService.PostgresDefaults).ConnectionString);
        Assert.Equal((0, false), (settings.MaxAutoPrepare, settings.TcpKeepAlive));
    }

    [Fact]
    public void what_is_no_connection_string_is_a_usage_error_without_its_secrets()
    {
        var refused = Assert.Throws<ExpectedFailure>(
            () => PostgresSettings.From("Hst=db;Password=secret", OrderService.PostgresDefaults));
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains("hst", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", refused.Message);
    }
}
