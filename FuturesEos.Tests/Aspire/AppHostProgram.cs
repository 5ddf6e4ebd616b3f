using FuturesEos.Cli.Pipeline;
using FuturesEos.LocalPostgres;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Aspire;

/// <summary>The AppHost as a process of its own, as <c>dotnet run</c> starts it: one broker, the relay.</summary>
internal static class AppHostProgram
{
    public static ChildProgram Start(string data, string environment) => ChildProgram.Start(
        Installation.Executable("FuturesEos.AppHost"),
        ["--Infrastructure=containers", $"--Data={data}", "--Brokers=1", "--Cdc=relay"],
        new Dictionary<string, string?>
        {
            ["DOTNET_ENVIRONMENT"] = environment,
            ["ASPNETCORE_ENVIRONMENT"] = environment,
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Choose()}",
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = $"http://127.0.0.1:{FreePort.Choose()}",
            ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
        });
}
