namespace FuturesEos.ServiceDefaults.Options;

/// <summary>Options that can be wrong together or out of range: checked before the host starts.</summary>
public interface ISettings
{
    /// <summary>What is wrong, with the option's name and the value found; null: nothing.</summary>
    string? Validate();
}
