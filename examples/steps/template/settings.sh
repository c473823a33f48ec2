# Settings of run {{ runtime.run_id }}
points={{ config.points }}              # along the profile, 10 m apart
slope={{ config.slope }}             # of the bed
shore_depth={{ config.shore_depth }}        # at the shoreward end, m
wave_height={{ config.wave_height }}        # offshore, m
