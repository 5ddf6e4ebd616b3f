using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Supervision;

/// <summary><c>eos run broker</c>: the embedded broker as a service of its own process.</summary>
internal static class BrokerService
{
    private const string Usage = "eos run broker: the embedded Kafka broker, until SIGTERM";

    public static Task<int> RunAsync(string[] arguments) =>
        ServiceHost.RunAsync<BrokerOptions>(arguments, Usage, (_, _) => throw ExpectedFailure.Unreachable(
            "this build has no embedded broker yet; give --bootstrap-servers of another"));
}
