namespace Sametime.Edge.Links;

/// <summary>Somebody who sends towards the hub and was stopped, because too much waits on the uplink: see <see cref="UplinkPressure"/>.</summary>
internal interface IPausable
{
    /// <summary>There is room again.</summary>
    void ResumeReading();
}
