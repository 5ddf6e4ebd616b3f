using FuturesEos.EmbeddedKafka;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Supervision;

/// <summary><c>eos run broker</c>: the embedded broker as a service of its own process.</summary>
internal static class BrokerService
{
    private const string Usage = "eos run broker: the embedded Kafka broker, until SIGTERM";
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(5);

    public static Task<int> RunAsync(string[] arguments) =>
        ServiceHost.RunAsync<BrokerOptions>(arguments, Usage, RunAsync);

    private static async Task<int> RunAsync(ServiceContext<BrokerOptions> context, CancellationToken stop)
    {
        var options = new EmbeddedKafkaOptions
        {
            DataFolder = Path.GetFullPath(context.Options.Data),
            Host = context.Options.Host,
            Port = context.Options.Port,
            AdvertisedListener = context.Options.Advertised,
            Fsync = context.Options.Fsync,
            Tls = BrokerSecurity.TlsOf(context.Options),
            Sasl = BrokerSecurity.SaslOf(context.Options),
        };
        try
        {
            await using var broker = await EmbeddedKafkaHost.StartAsync(options, context.Loggers, stop);
            while (true)
            {
                context.Health.Ready();
                await Task.Delay(BeatEvery, context.Time, stop);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ExpectedFailure.Unreachable(e.Message, e);
        }
        catch (ArgumentException e)
        {
            throw ExpectedFailure.Usage(InOurWords(e));
        }
    }

    // the library names its option first, users know it by another name
    private static string InOurWords(ArgumentException refused)
    {
        var sentence = refused.Message.Replace($" (Parameter '{refused.ParamName}')", "", StringComparison.Ordinal);
        var option = refused.ParamName switch
        {
            nameof(EmbeddedKafkaOptions.Host) => "--host",
            nameof(EmbeddedKafkaOptions.Port) => "--port",
            nameof(EmbeddedKafkaOptions.AdvertisedListener) => "--advertised",
            _ => null,
        };
        return option is null ? sentence : option + sentence[refused.ParamName!.Length..];
    }
}
