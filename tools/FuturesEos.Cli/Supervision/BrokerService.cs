using FuturesEos.EmbeddedKafka;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuturesEos.Cli.Supervision;

/// <summary><c>eos run broker</c>: the embedded broker as a service of its own process.</summary>
internal sealed class BrokerService(
    IOptions<BrokerOptions> settings, ServiceHealth health, ILoggerFactory loggers, TimeProvider time)
    : BackgroundService
{
    private const string Section = "Broker";
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(5);

    /// <summary>Its command line.</summary>
    public static ServiceCommand Command() =>
        new ServiceCommand("the embedded Kafka broker, until SIGTERM").Takes<BrokerOptions>(Section);

    /// <summary>Runs it in this process.</summary>
    public static Task<int> RunAsync(string[] arguments) =>
        LocalService.RunAsync<BrokerService, BrokerOptions>(arguments, Command(), Section);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var own = settings.Value;
        var options = new EmbeddedKafkaOptions
        {
            DataFolder = Path.GetFullPath(own.Data),
            Host = own.Host,
            Port = own.Port,
            AdvertisedListener = own.Advertised,
            Fsync = own.Fsync,
            Tls = BrokerSecurity.TlsOf(own),
            Sasl = BrokerSecurity.SaslOf(own),
        };
        try
        {
            await using var broker = await EmbeddedKafkaHost.StartAsync(options, loggers, stoppingToken);
            while (true)
            {
                health.Ready();
                await Task.Delay(BeatEvery, time, stoppingToken);
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
