namespace FuturesEos.EmbeddedKafka.Log;

internal sealed class LogCleaner
{
    public const string Extension = ".cleaned";
}
